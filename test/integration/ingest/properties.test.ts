import { describe, expect, it } from "vitest";
import { call, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";

async function log(experiment: string, id: string, properties: Record<string, unknown>) {
  const unit = unitWith(id, [{ key: experiment }, "control"]);
  const event = { id, experiment, unit, variant: "control", metrics: { task_success: 1 }, properties };
  return succeed("POST", "/v1/events", { events: [event] });
}

async function keptOf(experiment: string) {
  await succeed("GET", `/v1/experiments/${experiment}/verify`);
  const entries = await readLoggedEntries(experiment);
  return entries.flatMap((entry) => (entry.kind === "outcome" ? [entry.properties ?? {}] : []));
}

const warningsFor = (experiment: string, ...names: string[]) =>
  names.map((name) => ({
    code: "property_not_kept",
    message: `The property '${name}' is not kept: list it in 'properties' of the experiment '${experiment}'.`,
  }));

describe("properties of events", () => {
  it("are dropped before anything is stored, and named, unless the experiment lists them", async () => {
    const { key } = await createExperiment({ properties: ["plan"] });
    const receipt = await log(key, "one", { plan: "free", email: "a@example.com" });
    expect(receipt).toMatchObject({ accepted: 1, warnings: warningsFor(key, "email") });
    expect(await keptOf(key)).toEqual([{ plan: "free" }]);
    const { key: silent } = await createExperiment();
    expect((await log(silent, "one", { plan: "free" })).warnings).toEqual(warningsFor(silent, "plan"));
    expect(await keptOf(silent)).toEqual([{}]);
  });

  it("are kept where a metric filters by them", async () => {
    const metric = uniqueKey("german").replaceAll("-", "_");
    await succeed("POST", "/v1/metrics", {
      key: metric,
      name: "German",
      type: "mean",
      per: "event",
      direction: "increase",
      filter: { language: "de" },
    });
    const metrics = [
      { metric: "task_success", role: "primary" },
      { metric, role: "secondary" },
    ];
    const { key } = await createExperiment({ metrics });
    expect((await log(key, "one", { language: "de", plan: "free" })).warnings).toEqual(
      warningsFor(key, "plan"),
    );
    expect(await keptOf(key)).toEqual([{ language: "de" }]);
  });

  it("warn twenty times at most", async () => {
    const { key } = await createExperiment();
    const events = Array.from({ length: 3 }, (_, batch) => ({
      id: `${batch}`,
      experiment: key,
      unit: unitWith(`${batch}`, [{ key }, "control"]),
      variant: "control",
      metrics: { task_success: 1 },
      properties: Object.fromEntries(Array.from({ length: 20 }, (_, name) => [`p${batch}-${name}`, 1])),
    }));
    const { warnings } = await succeed("POST", "/v1/events", { events });
    expect(warnings).toHaveLength(21);
    expect(warnings[20]).toMatchObject({ code: "more_warnings" });
  });

  it("may be listed and unlisted while the experiment runs, for events to come", async () => {
    const { key } = await createExperiment({ properties: ["plan"] });
    await log(key, "before", { plan: "free", country: "ch" });
    const { spec } = await succeed("PATCH", `/v1/experiments/${key}`, { properties: ["country"] });
    expect(spec.properties).toEqual(["country"]);
    await log(key, "after", { plan: "free", country: "ch" });
    expect(await keptOf(key)).toEqual([{ plan: "free" }, { country: "ch" }]);
  });

  it("are listed once each, by names that events may have", async () => {
    for (const properties of [["a", "a"], [""], ["__proto__"], ["n".repeat(65)], Array(21).fill("a")]) {
      const { key } = await createExperiment();
      expect((await succeed("PATCH", `/v1/experiments/${key}`, { properties: ["a"] })).spec).toMatchObject({
        properties: ["a"],
      });
      const refused = await call("PATCH", `/v1/experiments/${key}`, { properties });
      expect([refused.status, refused.body.errors[0].path]).toEqual([
        422,
        expect.stringMatching(/^\/properties/),
      ]);
    }
  });
});
