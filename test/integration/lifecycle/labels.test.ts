import { beforeAll, describe, expect, it } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { expectProblem } from "#test/support/expect-problem.ts";

let key: string;

const label = (update: object, experiment = key) =>
  succeed("PATCH", `/v1/experiments/${experiment}/labels`, update);
const listed = async (experiment = key) =>
  (await succeed("GET", "/v1/experiments")).experiments.find(
    (one: { key: string }) => one.key === experiment,
  );

beforeAll(async () => {
  ({ key } = await createExperiment());
});

describe("the labels of an experiment", () => {
  it("are none at first, and each is changed by itself", async () => {
    const none = { owner: null, tags: [], notes: "", archivedAt: null };
    expect((await succeed("GET", `/v1/experiments/${key}`)).labels).toEqual(none);
    expect((await label({ owner: "Support team" })).labels).toEqual({ ...none, owner: "Support team" });
    expect((await label({ tags: ["Länge", "q3"], notes: "Ask again in spring." })).labels).toEqual({
      ...none,
      owner: "Support team",
      tags: ["Länge", "q3"],
      notes: "Ask again in spring.",
    });
    expect(await listed()).toMatchObject({ owner: "Support team", tags: ["Länge", "q3"], archivedAt: null });
    expect((await label({ owner: null, tags: [] })).labels).toMatchObject({ owner: null, tags: [] });
  });

  it("keep what two people change at the same moment", async () => {
    await Promise.all([label({ owner: "Ann" }), label({ tags: ["one"] }), label({ notes: "two" })]);
    const { labels } = await succeed("GET", `/v1/experiments/${key}`);
    expect(labels).toEqual({ owner: "Ann", tags: ["one"], notes: "two", archivedAt: null });
  });

  it("are no change of the experiment: its revision and the ruleset stay", async () => {
    const before = await succeed("GET", `/v1/experiments/${key}`);
    const { version } = await succeed("GET", "/v1/ruleset");
    const after = await label({ notes: "three" });
    expect(after.revision).toBe(before.revision);
    expect((await succeed("GET", "/v1/ruleset")).version).toBe(version);
  });

  it("are in the audit, notes by their length", async () => {
    await label({ notes: "a secret plan", tags: ["audited"] });
    const audit = JSON.stringify(await succeed("GET", `/v1/audit?subject=experiment:${key}`));
    expect(audit).toContain("audited");
    expect(audit).not.toContain("a secret plan");
  });

  it("archive an experiment once it has ended, and bring it back", async () => {
    const { key: ending } = await createExperiment();
    const path = `/v1/experiments/${ending}/labels`;
    expectProblem(await call("PATCH", path, { archived: true, notes: "x" }), 409, "transition_not_allowed");
    expect((await succeed("GET", `/v1/experiments/${ending}`)).labels.notes).toBe("");
    await succeed("POST", `/v1/experiments/${ending}/stop`, {});
    const archived = await label({ archived: true }, ending);
    expect(archived.labels.archivedAt).toBeGreaterThan(0);
    expect((await listed(ending)).archivedAt).toBe(archived.labels.archivedAt);
    await label({ archived: false, notes: "not over yet" }, ending);
    expect(await listed(ending)).toMatchObject({ archivedAt: null });
    const { entries } = await succeed("GET", `/v1/audit?subject=experiment:${ending}`);
    const actions = entries.map(({ action }: { action: string }) => action);
    expect(actions).toEqual(expect.arrayContaining(["experiment.archive", "experiment.unarchive"]));
  });

  it.each([
    ["eleven tags", { tags: Array.from({ length: 11 }, (_, index) => `tag ${index}`) }],
    ["a tag twice", { tags: ["one", "one"] }],
    ["an empty tag", { tags: [""] }],
    ["a tag with markup", { tags: ["<b>"] }],
    ["notes of 10,001 characters", { notes: "x".repeat(10_001) }],
    ["an unknown field", { color: "red" }],
    ["a moment of archiving", { archivedAt: 1 }],
  ])("are refused with %s", async (_, update) => {
    expectProblem(await call("PATCH", `/v1/experiments/${key}/labels`, update), 422, "invalid_input");
  });

  it("are changed by admins only", async () => {
    const { secret } = await succeed("POST", "/v1/keys", { name: "Reader", scope: "read" });
    const answer = await call("PATCH", `/v1/experiments/${key}/labels`, { owner: "x" }, { key: secret });
    expect(answer.status).toBe(403);
  });
});
