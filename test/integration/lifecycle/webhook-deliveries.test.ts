import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import type { Delivery } from "#model/webhook/webhook.ts";
import { openDatabase } from "#store/database.ts";
import { deleteOldDeliveries } from "#store/webhook-outbox.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import {
  addWebhook,
  deliverAt,
  deliveriesOf,
  RECEIVER,
  useReceiver,
} from "#test/support/webhook-receiver.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

const database = openDatabase(env.DB);

const receiver = useReceiver();

function fail(cause: Error): () => Promise<Response> {
  return () => Promise.reject(cause);
}

describe("A delivery", () => {
  it("that fails is tried again later, with the same id, body and a new time", async () => {
    const { id } = await addWebhook();
    await createExperiment();
    receiver.current.answerWith(() => new Response(null, { status: 503, headers: { "retry-after": "120" } }));
    const start = Date.now();
    await deliverAt(start);
    await deliverAt(start + MINUTE);
    expect(receiver.current.received).toHaveLength(1);
    expect(await deliveriesOf(id)).toMatchObject([{ state: "pending", attempts: 1, lastStatus: 503 }]);
    receiver.current.answerWith(() => new Response(null, { status: 200 }));
    await deliverAt(start + 3 * MINUTE);
    const [first, second] = receiver.current.received;
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    expect(second?.body).toBe(first?.body);
    expect(Number(second?.headers["webhook-timestamp"]) - Number(first?.headers["webhook-timestamp"])).toBe(
      180,
    );
    expect(await deliveriesOf(id)).toMatchObject([
      { state: "delivered", attempts: 2, lastStatus: 200, lastError: null },
    ]);
  });

  it.each([
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { location: "https://169.254.169.254/" } }),
      302,
    ],
    ["an error", () => new Response(null, { status: 404 }), 404],
    ["a connection that fails", fail(new TypeError("connect ECONNREFUSED 203.0.113.7")), null],
    [
      "no answer in time",
      fail(new DOMException("The operation was aborted due to timeout", "TimeoutError")),
      null,
    ],
  ])("fails by %s, which nobody learns more about", async (_, answer, status) => {
    const { id } = await addWebhook();
    await createExperiment();
    receiver.current.answerWith(answer);
    await deliverAt(Date.now());
    const [delivery] = await deliveriesOf(id);
    expect(delivery).toMatchObject({ state: "pending", lastStatus: status, lastError: expect.any(String) });
    expect(delivery?.lastError).not.toMatch(/203\.0\.113|169\.254/);
  });

  it("that was cut off between claim and answer is sent again", async () => {
    await addWebhook();
    await createExperiment();
    const start = Date.now();
    let isSent = () => {};
    const sent = new Promise<void>((resolve) => {
      isSent = resolve;
    });
    receiver.current.answerWith(() => {
      isSent();
      return new Promise<Response>(() => {});
    });
    // The run that never ends stands for one that was stopped.
    void deliverAt(start);
    await sent;
    receiver.current.answerWith(() => new Response());
    await deliverAt(start + MINUTE);
    expect(receiver.current.received).toHaveLength(1);
    await deliverAt(start + 3 * MINUTE);
    expect(receiver.current.received).toHaveLength(2);
    expect(receiver.current.received[1]?.headers["webhook-id"]).toBe(
      receiver.current.received[0]?.headers["webhook-id"],
    );
  });

  it("to one that does not answer keeps no other one waiting", async () => {
    await addWebhook({ url: "https://dead.example.com/", types: ["experiment.started"] });
    await addWebhook({ types: ["experiment.started"] });
    for (let number = 1; number <= 4; number += 1) await createExperiment();
    receiver.current.answerWith(async ({ url }) => {
      if (url.includes("dead")) throw new TypeError("unreachable");
      return new Response();
    });
    await deliverAt(Date.now());
    expect(receiver.current.received.filter(({ url }) => url === RECEIVER)).toHaveLength(4);
  });

  it("is repeated on request, with the same id, and only where there is one", async () => {
    const { id } = await addWebhook();
    await createExperiment();
    await deliverAt(Date.now());
    const [delivery] = await deliveriesOf(id);
    await succeed("POST", `/v1/webhooks/${id}/deliveries/${delivery?.id}/repeat`);
    await vi.waitFor(() => expect(receiver.current.received).toHaveLength(2));
    expect(receiver.current.received[1]?.headers["webhook-id"]).toBe(delivery?.id);
    expect(await call("POST", `/v1/webhooks/${id}/deliveries/nothing/repeat`)).toMatchObject({
      status: 404,
      body: { code: "delivery_not_found" },
    });
  });

  it("is listed in pages, the newest first, without skipping those of one moment", async () => {
    const { id } = await addWebhook();
    for (let number = 1; number <= 5; number += 1) await createExperiment();
    await env.DB.prepare("UPDATE webhook_delivery SET created_at = 1").run();
    const all = await deliveriesOf(id);
    const pages: Delivery[] = [];
    for (let before = ""; ; before = `&before=${pages.at(-1)?.id}`) {
      const { deliveries } = await succeed("GET", `/v1/webhooks/${id}/deliveries?limit=2${before}`);
      if (deliveries.length === 0) break;
      pages.push(...deliveries);
    }
    expect(pages).toEqual(all);
    expect(all).toHaveLength(5);
  });

  it("is deleted after thirty days", async () => {
    const { id } = await addWebhook();
    await createExperiment();
    await deleteOldDeliveries(database, Date.now() + 29 * DAY);
    expect(await deliveriesOf(id)).toHaveLength(1);
    await deleteOldDeliveries(database, Date.now() + 31 * DAY);
    expect(await deliveriesOf(id)).toEqual([]);
  });
});
