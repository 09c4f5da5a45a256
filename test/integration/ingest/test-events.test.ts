import { describe, expect, it } from "vitest";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import { readLoggedEntries } from "#test/support/event-log.ts";

describe("test events", () => {
  it("are checked like all others, and leave nothing behind", async () => {
    const { key } = await createExperiment();
    const unit = unitWith("tester", [{ key }, "treatment"]);
    const good = { id: "one", experiment: key, unit, variant: "treatment", metrics: { task_success: 1 } };
    const events = [good, { ...good, id: "two", metrics: {} }, { ...good, id: "three", variant: "control" }];
    const receipt = await succeed("POST", "/v1/events", { events, test: true });
    expect(receipt.accepted).toBe(1);
    expect(receipt.rejected).toMatchObject([{ index: 1 }, { index: 2, code: "wrong_variant" }]);
    expect(receipt.warnings[0].code).toBe("test_events");
    const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
    expect(analysis).toMatchObject({ units: 0, events: 0 });
    expect(await readLoggedEntries(key)).toEqual([]);
    // The id is still free, so that the event counts once it is sent in earnest.
    expect(await succeed("POST", "/v1/events", { events: [good] })).toMatchObject({
      accepted: 1,
      duplicates: 0,
    });
  });

  it("are refused where none of them could be recorded, and where test is no yes or no", async () => {
    expect((await call("POST", "/v1/events", { events: [{}], test: true })).body.code).toBe(
      "no_event_accepted",
    );
    expect((await call("POST", "/v1/events", { events: [{}], test: "yes" })).status).toBe(422);
  });
});
