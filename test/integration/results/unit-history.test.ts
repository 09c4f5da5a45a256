import { beforeAll, describe, expect, it } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { expectProblem } from "#test/support/expect-problem.ts";
import { recordUnchecked } from "#test/support/record-unchecked.ts";

let key: string;
let ann: string;

const historyOf = (body: object, experiment = key) =>
  succeed("POST", `/v1/experiments/${experiment}/unit-history`, body);

function eventsOf(experiment: string, unit: string, variant: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: `${unit}-${index}`,
    experiment,
    unit,
    variant,
    metrics: { task_success: index % 2 },
  }));
}

beforeAll(async () => {
  ({ key } = await createExperiment());
  ann = unitWith("ann", [{ key }, "treatment"]);
  await succeed("POST", "/v1/exposures", {
    exposures: [{ experiment: key, unit: ann, variant: "treatment" }],
  });
  const others = Array.from({ length: 40 }, (_, index) => unitWith(`other-${index}`, [{ key }, "control"]));
  const events = [
    ...others.flatMap((unit) => eventsOf(key, unit, "control", 3)),
    ...eventsOf(key, ann, "treatment", 2),
  ];
  await succeed("POST", "/v1/events", { events });
});

describe("what the log holds of one unit", () => {
  it("is told in the order of its recording, by name and by hash", async () => {
    const history = await historyOf({ unit: ann });
    expect(history.total).toBe(3);
    expect(history.entries.map(({ kind, id }: { kind: string; id: string }) => [kind, id])).toEqual([
      ["exposure", null],
      ["outcome", `${ann}-0`],
      ["outcome", `${ann}-1`],
    ]);
    expect(history.entries[2]).toMatchObject({
      variant: "treatment",
      phase: 0,
      isLate: false,
      isReturning: false,
      metrics: { task_success: 1 },
    });
    expect(JSON.stringify(history)).not.toContain(`"${ann}"`);
    expect(await historyOf({ hash: history.unit })).toEqual(history);
  });

  it("is nothing for a unit that never took part", async () => {
    expect(await historyOf({ unit: "nobody" })).toMatchObject({ entries: [], total: 0 });
  });

  it("is of the unit's own shard where there are several", async () => {
    const { key: divided } = await createExperiment({ shards: 4 });
    const units = Array.from({ length: 12 }, (_, index) =>
      unitWith(`u-${index}`, [{ key: divided }, "control"]),
    );
    const events = units.flatMap((unit) => eventsOf(divided, unit, "control", 2));
    await succeed("POST", "/v1/events", { events });
    for (const unit of units) expect((await historyOf({ unit }, divided)).total).toBe(2);
  });

  it("is told up to 500 entries, and counted beyond", async () => {
    const { key: busy } = await createExperiment();
    const unit = unitWith("busy", [{ key: busy }, "control"]);
    await succeed("POST", "/v1/events", { events: eventsOf(busy, unit, "control", 600) });
    const { entries, total } = await historyOf({ unit }, busy);
    expect([entries.length, total]).toEqual([500, 600]);
  });

  it("is nothing once the unit is erased", async () => {
    const { key: erasing } = await createExperiment();
    const unit = unitWith("gone", [{ key: erasing }, "control"]);
    await succeed("POST", "/v1/events", { events: eventsOf(erasing, unit, "control", 2) });
    expect((await historyOf({ unit }, erasing)).total).toBe(2);
    await succeed("DELETE", `/v1/units/${encodeURIComponent(unit)}`);
    expect((await historyOf({ unit }, erasing)).total).toBe(0);
  });

  it.each([
    ["neither", {}],
    ["both", { unit: "ann", hash: "x" }],
    ["an empty hash", { hash: "" }],
  ])("is refused for %s", async (_, body) => {
    const answer = await call("POST", `/v1/experiments/${key}/unit-history`, body);
    expectProblem(answer, 422, "invalid_input");
  });

  it("is for admins", async () => {
    const { secret } = await succeed("POST", "/v1/keys", { name: "Reader", scope: "read" });
    const path = `/v1/experiments/${key}/unit-history`;
    expect((await call("POST", path, { unit: ann }, { key: secret })).status).toBe(403);
  });
});

describe("units with multiple exposures", () => {
  it("are listed by their hashes, which lead to what they did", async () => {
    const { key: mixed } = await createExperiment();
    const path = `/v1/experiments/${mixed}/multiple-exposures`;
    const plain = unitWith("plain", [{ key: mixed }, "control"]);
    await succeed("POST", "/v1/events", { events: eventsOf(mixed, plain, "control", 2) });
    expect(await succeed("GET", path)).toEqual({ units: [], total: 0 });
    for (const variant of ["control", "treatment"])
      await recordUnchecked(mixed, { id: variant, unit: "crossing", variant, success: 1 });
    const { units, total } = await succeed("GET", path);
    expect(total).toBe(1);
    const history = await historyOf({ hash: units[0] }, mixed);
    expect(history.entries.map(({ variant }: { variant: string }) => variant)).toEqual([
      "control",
      "treatment",
    ]);
    expect((await historyOf({ unit: "crossing" }, mixed)).unit).toBe(units[0]);
  });
});
