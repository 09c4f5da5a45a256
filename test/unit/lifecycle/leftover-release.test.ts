import { expect, it, vi } from "vitest";
import { editExperiment } from "#lifecycle/drafts.ts";
import { LifecycleWorld, type Step } from "#test/support/lifecycle-world.ts";

const step = (verb: Step["verb"], changes: Partial<Step> = {}): Step => ({
  ...{ verb, target: 0, choice: 1, isAutomatic: false, isLate: false, failsAfter: undefined, ...changes },
});

it("a release that was cut off leaves a draft that nobody can edit, nor start once another version is live", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const world = await LifecycleWorld.create();
  expect(await world.attempt(step("release", { failsAfter: 4 }))).toMatchObject({ kind: "crashed" });
  const draft = await world.find("answer-v2-release");
  expect(draft).toMatchObject({ status: "draft", spec: { release: { previousVersion: 1 } } });
  const edited = await editExperiment(world.database, draft.spec.key, draft.spec, {
    ...{ actor: "admin", reason: "", now: 2_000_000 },
  });
  expect(edited).toMatchObject({ ok: false, error: { issues: [{ code: "stage_of_release" }] } });
  await world.attempt(step("set_live", { choice: 2 }));
  expect(await world.attempt(step("start", { choice: 0 }))).toMatchObject({ code: "control_not_live" });
  await world.attempt(step("set_live", { choice: 0 }));
  expect(await world.attempt(step("start", { choice: 0 }))).toMatchObject({ kind: "done" });
});
