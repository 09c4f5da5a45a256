import { describe, expect, it } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

describe("the explanation of an assignment", () => {
  it("says by which checks a unit gets what it gets, and records nothing", async () => {
    const { key, config } = await createExperiment({ condition: { country: "ch" } });
    const unit = unitWith("asked", [{ key }, "treatment"]);
    const explain = (attributes: object) => succeed("POST", "/v1/explain", { config, unit, attributes });
    const inside = await explain({ country: "ch" });
    expect(inside.assignment).toMatchObject({ experiment: key, variant: "treatment" });
    expect(inside.experiments).toMatchObject([
      { experiment: key, outcome: "assigned", meetsCondition: true, place: { variant: "treatment" } },
    ]);
    expect(inside.experiments[0].sentence).toMatch(
      /^'.*' decides: its hash falls on 0\.\d{4}, and 'treatment'/,
    );

    const outside = await explain({ country: "at" });
    expect(outside.assignment).toMatchObject({ experiment: null, reason: "DEFAULT" });
    expect(outside.experiments).toMatchObject([{ outcome: "condition_not_met", place: null }]);
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results?asOf=now`);
    expect(analysis.units).toBe(0);
  });

  it("names experiments that are paused", async () => {
    const { key, config } = await createExperiment();
    await succeed("POST", `/v1/experiments/${key}/pause`, { reason: "a look at the data" });
    expect(await succeed("POST", "/v1/explain", { config, unit: "one" })).toMatchObject({
      assignment: { reason: "DISABLED" },
      experiments: [],
      paused: [{ experiment: key }],
    });
  });

  it("is given to nobody who may not read, and of nothing that there is not", async () => {
    const { config } = await createExperiment();
    const { secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    const refused = await call("POST", "/v1/explain", { config, unit: "one" }, { key: secret });
    expect(refused.status).toBe(403);
    expect((await call("POST", "/v1/explain", { config: "nothing", unit: "one" })).status).toBe(404);
    expect((await call("POST", "/v1/explain", { config })).status).toBe(422);
  });
});
