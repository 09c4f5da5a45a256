import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { collectTotals } from "#aggregator/client.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { answerBy, type Way } from "#test/support/both-ways.ts";

const newKey = (fields: object = {}) =>
  succeed("POST", "/v1/keys", { name: "app", scope: "server", ...fields });

async function send(secret: string, body: unknown, way: Way): Promise<unknown[]> {
  const [status, headers, text] = await answerBy(way, "/v1/events", secret, body);
  return [status, headers, JSON.parse(text.replaceAll(way, "way"))];
}

const eventsOf = async (key: string) => {
  const variants = [{ key: "control" }, { key: "treatment" }];
  const { events } = await collectTotals(env.AGGREGATOR, {
    spec: { key, shards: 1, variants },
    phases: [null],
  });
  return events;
};

describe("events of a server whose key is known", () => {
  it("are answered as those of one that is not, whatever it sends", async () => {
    const { config, key } = await createExperiment({ shards: 1 });
    const { secret } = await newKey();
    for (const unit of ["quick-user", "slow-user"]) {
      const { variant } = await succeed("POST", "/v1/assign", { config, unit, expose: false });
      await succeed("POST", "/v1/exposures", { exposures: [{ experiment: key, unit, variant }] });
    }
    const event = (way: Way, fields: object = {}) => ({
      id: `${way}-0`,
      experiment: key,
      unit: `${way}-user`,
      metrics: { task_success: 1 },
      ...fields,
    });
    await send(secret, { events: [event("quick", { id: "first" })] }, "quick");
    const bodies: ((way: Way) => unknown)[] = [
      (way) => ({ events: [event(way)] }),
      (way) => ({ events: [event(way)] }),
      (way) => ({ events: [event(way, { id: `${way}-1` }), event(way, { variant: "nobody" })] }),
      (way) => ({ events: [event(way, { id: `${way}-2`, metrics: { unheard_of: 1 } })] }),
      (way) => ({ events: [event(way, { id: `${way}-3`, metrics: { constructor: 1 } })] }),
      (way) => ({ events: [event(way, { experiment: "nothing" })] }),
      (way) => ({ events: [event(way, { timestamp: 5 }), 7, null, []] }),
      (way) => ({ events: [event(way, { handle: "none" })] }),
      (way) => ({ events: Array.from({ length: 1_001 }, () => event(way)) }),
      (way) => ({ events: [event(way)], stranger: 1 }),
      () => ({ events: [] }),
      () => ({ events: {} }),
      () => ({}),
      () => [],
      () => "",
      () => "{",
      () => '"\ud800"',
    ];
    for (const body of bodies)
      expect(await send(secret, body("quick"), "quick")).toEqual(await send(secret, body("slow"), "slow"));
    expect(await eventsOf(key)).toBe(7);
  });

  it("end with the key", async () => {
    const { key } = await createExperiment();
    const { id, secret } = await newKey();
    const events = [
      { id: "1", experiment: key, unit: "u", variant: "control", metrics: { task_success: 1 } },
    ];
    const statuses: unknown[] = [];
    for (let time = 0; time < 2; time++) statuses.push((await send(secret, { events }, "quick"))[0]);
    expect(statuses).not.toContain(401);
    await call("DELETE", `/v1/keys/${id}`);
    expect((await send(secret, { events }, "quick"))[0]).toBe(401);
  });

  it("stay within what a key is bound to", async () => {
    const [own, other] = [await createExperiment(), await createExperiment()];
    const { secret } = await newKey({ configs: [own.config] });
    const event = { id: "1", unit: "u", variant: "control", metrics: { task_success: 1 } };
    for (let time = 0; time < 2; time++) {
      const [, , receipt] = await send(secret, { events: [{ ...event, experiment: other.key }] }, "quick");
      expect(receipt).toMatchObject({ rejected: [{ code: "unknown_experiment" }] });
    }
  });
});
