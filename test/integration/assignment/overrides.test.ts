import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { aggregatorName } from "#aggregator/shard-number.ts";
import { assign } from "#assigner/assign.ts";
import { prepareRuleset } from "#assigner/prepared-ruleset.ts";
import { forgetOverrides } from "#lifecycle/override-unit.ts";
import { openDatabase } from "#store/database.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { newCount, watchedDatabase } from "#test/support/counted-database.ts";
import { expectProblem } from "#test/support/expect-problem.ts";

let key: string;
let config: string;

const assignedIn = (of: string, unit: string) => succeed("POST", "/v1/assign", { config: of, unit });
const assignmentOf = (unit: string) => assignedIn(config, unit);
const override = (unit: string, variant: string | null, note = "") =>
  succeed("POST", `/v1/experiments/${key}/overrides`, { unit, variant, note });

/** Edges learn of a change within seconds. */
const untilAnswered = (unit: string, expected: object) =>
  vi.waitFor(async () => expect(await assignmentOf(unit)).toMatchObject(expected), {
    timeout: 15_000,
    interval: 100,
  });

beforeAll(async () => {
  ({ key, config } = await createExperiment());
});

describe("overrides of an experiment", () => {
  it("force a unit to each variant, and exclude it", async () => {
    await override("ann", "treatment", "Ann's phone");
    await untilAnswered("ann", { version: 2, experiment: null, variant: null, reason: "OVERRIDE" });
    const { overrides } = await override("ann", "control");
    expect(overrides).toHaveLength(1);
    await untilAnswered("ann", { version: 1, reason: "OVERRIDE" });
    await override("ann", null);
    await untilAnswered("ann", { version: 1, experiment: null, reason: "DEFAULT" });
  });

  it("count nothing that their units do, by whatever way it comes", async () => {
    await override("bob", "treatment");
    await untilAnswered("bob", { reason: "OVERRIDE" });
    for (const variant of ["control", "treatment"]) {
      const event = {
        id: `by-${variant}`,
        experiment: key,
        unit: "bob",
        variant,
        metrics: { task_success: 1 },
      };
      const exposure = { experiment: key, unit: "bob", variant };
      for (const [path, body] of [
        ["/v1/events", { events: [event] }],
        ["/v1/exposures", { exposures: [exposure] }],
      ] as const) {
        const { accepted, rejected } = (await call("POST", path, body)).body;
        expect([accepted, rejected[0].code]).toEqual([0, "unit_overridden"]);
      }
    }
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis.units).toBe(0);
  });

  it("are followed by clients that assign by themselves, which are told no names", async () => {
    await override("carol", "treatment", "Carol's laptop");
    await untilAnswered("carol", { reason: "OVERRIDE" });
    const { secret } = await succeed("POST", "/v1/keys", { name: "Page", scope: "client" });
    const ruleset = await vi.waitFor(
      async () => {
        const answer = await call("GET", "/v1/ruleset", undefined, { key: secret });
        expect(answer.status).toBe(200);
        return answer.body;
      },
      { timeout: 15_000 },
    );
    expect(JSON.stringify(ruleset)).not.toMatch(/[Cc]arol/);
    expect(assign(prepareRuleset(ruleset), config, "carol")).toMatchObject({
      ok: true,
      assignment: { version: 2, reason: "OVERRIDE" },
    });
  });

  it("keep no names, neither in the experiment nor in the audit", async () => {
    const experiment = await override("name-to-hide", "treatment", "a tester");
    expect(JSON.stringify(experiment)).not.toContain("name-to-hide");
    const audit = await succeed("GET", `/v1/audit?subject=experiment:${key}`);
    expect(JSON.stringify(audit)).toContain("experiment.override");
    expect(JSON.stringify(audit)).not.toContain("name-to-hide");
  });

  it("end by their hash, and where the unit is erased", async () => {
    const { overrides } = await override("dora", "treatment");
    const { unit } = overrides.at(-1);
    await untilAnswered("dora", { reason: "OVERRIDE" });
    await succeed("DELETE", `/v1/experiments/${key}/overrides/${unit}`);
    await untilAnswered("dora", { experiment: key });
    expectProblem(
      await call("DELETE", `/v1/experiments/${key}/overrides/${unit}`),
      404,
      "override_not_found",
    );
    const listed = (await override("erased", null, "Zoe's phone")).overrides;
    await succeed("DELETE", "/v1/units/erased");
    const left = await succeed("GET", `/v1/experiments/${key}`);
    expect(left.overrides).toHaveLength(listed.length - 1);
    const audit = await succeed("GET", `/v1/audit?subject=experiment:${key}`);
    expect(JSON.stringify([left, audit])).not.toMatch(new RegExp(`${listed.at(-1).unit}|Zoe`));
  });

  it("are not in what aggregators remember of their experiment, which erasing does not reach", async () => {
    const other = await createExperiment();
    const path = `/v1/experiments/${other.key}`;
    const { overrides } = await succeed("POST", `${path}/overrides`, { unit: "fay", variant: null });
    const stub = env.AGGREGATOR.getByName(aggregatorName(other.key, 0));
    const event = { experiment: other.key, unit: "gus", metrics: { task_success: 1 } };
    const { variant } = await assignedIn(other.config, event.unit);
    await succeed("POST", "/v1/events", { events: [{ ...event, id: "1", variant }] });
    const remembered = await vi.waitFor(
      async () => {
        await runDurableObjectAlarm(stub);
        const found = await runInDurableObject(stub, (_, { storage }) => storage.get("reflex:experiment"));
        expect(found).toBeDefined();
        return found;
      },
      { timeout: 15_000, interval: 100 },
    );
    expect(overrides).toHaveLength(1);
    expect(JSON.stringify(remembered)).not.toContain(overrides[0].unit);
  });

  it("are searched for an erased unit in few queries, however many experiments have some", async () => {
    const act = { actor: "admin", reason: "", now: Date.now() };
    const queriesOf = async () => {
      const count = newCount();
      const watched = openDatabase(watchedDatabase(env.DB, { count }));
      expect((await forgetOverrides(watched, "to-be-erased", act)).ok).toBe(true);
      return count.trips;
    };
    const before = await queriesOf();
    const others = await Promise.all([1, 2, 3].map(() => createExperiment()));
    const path = (of: string) => `/v1/experiments/${of}/overrides`;
    for (const other of others) await succeed("POST", path(other.key), { unit: "somebody", variant: null });
    expect(await queriesOf()).toBe(before);
    for (const other of others.slice(1))
      await succeed("POST", path(other.key), { unit: "to-be-erased", variant: null });
    await queriesOf();
    for (const other of others)
      expect((await succeed("GET", `/v1/experiments/${other.key}`)).overrides).toHaveLength(1);
  });

  it("say why a unit got what it got", async () => {
    await override("eve", "treatment");
    await untilAnswered("eve", { reason: "OVERRIDE" });
    const explained = await succeed("POST", "/v1/explain", { config, unit: "eve" });
    expect(explained.experiments).toMatchObject([{ outcome: "forced", forcedVariant: "treatment" }]);
    expect(explained.experiments[0].sentence).toContain("forced to 'treatment'");
  });

  it.each([
    ["an unknown variant", { unit: "ann", variant: "nobody" }, 422],
    ["no unit", { variant: "treatment" }, 422],
    ["an old revision", { unit: "ann", variant: null, revision: 1 }, 409],
    ["an unknown field", { unit: "ann", variant: null, until: 1 }, 422],
  ])("are refused with %s", async (_, body, status) => {
    expect((await call("POST", `/v1/experiments/${key}/overrides`, body)).status).toBe(status);
  });

  it("are up to a hundred, and none once the experiment has ended", async () => {
    const { key: other } = await createExperiment();
    const path = `/v1/experiments/${other}/overrides`;
    for (let index = 0; index < 100; index++)
      await succeed("POST", path, { unit: `unit-${index}`, variant: null });
    expectProblem(await call("POST", path, { unit: "one-more", variant: null }), 409, "limit_reached");
    await succeed("POST", path, { unit: "unit-7", variant: "treatment" });
    await succeed("POST", `/v1/experiments/${other}/stop`, {});
    expectProblem(await call("POST", path, { unit: "unit-7", variant: null }), 409, "transition_not_allowed");
  });
});
