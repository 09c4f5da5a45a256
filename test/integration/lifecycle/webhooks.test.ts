import { describe, expect, it } from "vitest";
import { messageSchema } from "#model/webhook/message.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import {
  addWebhook,
  deliverAt,
  deliveriesOf,
  listedWebhook,
  RECEIVER,
  useReceiver,
} from "#test/support/webhook-receiver.ts";

const DAY = 86_400_000;

const receiver = useReceiver();

describe("A webhook", () => {
  it("shows its secret once, and never again", async () => {
    const { id, secret } = await addWebhook();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { webhooks } = await succeed("GET", "/v1/webhooks");
    expect(JSON.stringify(webhooks)).not.toContain(secret.slice(6));
    expect(JSON.stringify(await succeed("GET", "/v1/audit"))).not.toContain(secret.slice(6));
    const renamed = await succeed("PATCH", `/v1/webhooks/${id}`, { name: "Operations" });
    expect(renamed).toMatchObject({ name: "Operations", url: RECEIVER, secret: null });
  });

  it("of Slack has no secret, and its address is one", async () => {
    const url = "https://hooks.slack.com/services/T0/B0/credential";
    const { id, secret } = await addWebhook({ kind: "slack", url });
    expect(secret).toBeNull();
    const everything = [await succeed("GET", "/v1/webhooks"), await succeed("GET", "/v1/audit")];
    expect(JSON.stringify(everything)).not.toContain("credential");
    const answer = await call("PATCH", `/v1/webhooks/${id}`, { rotateSecret: true });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ code: "no_secret" }] } });
  });

  it("is refused where its address leads into a network, also when it is changed", async () => {
    const { id } = await addWebhook();
    for (const url of [
      "http://example.com",
      "https://2130706433/",
      "https://[::ffff:a00:1]/",
      "https://db.internal/",
    ]) {
      const created = await call("POST", "/v1/webhooks", { name: "Inside", url });
      expect(created).toMatchObject({
        status: 422,
        body: { errors: [{ path: "/url", code: "address_not_allowed" }] },
      });
      expect(await call("PATCH", `/v1/webhooks/${id}`, { url })).toMatchObject({ status: 422 });
    }
    expect(await listedWebhook(id)).toMatchObject({ url: RECEIVER });
  });

  it("is for admins alone, and of limited number", async () => {
    const { secret: reader } = await succeed("POST", "/v1/keys", { name: "Reader", scope: "read" });
    expect(await call("GET", "/v1/webhooks", undefined, { key: reader })).toMatchObject({ status: 403 });
    for (let number = 1; number <= 20; number += 1) await addWebhook();
    expect(await call("POST", "/v1/webhooks", { name: "One more", url: RECEIVER })).toMatchObject({
      status: 409,
      body: { code: "limit_reached" },
    });
  });

  it("that is removed is gone with its deliveries", async () => {
    const { id } = await addWebhook();
    await createExperiment();
    await succeed("DELETE", `/v1/webhooks/${id}`);
    for (const [method, path] of [
      ["DELETE", ""],
      ["GET", "/deliveries"],
      ["POST", "/test"],
      ["PATCH", ""],
    ] as const) {
      const answer = await call(method, `/v1/webhooks/${id}${path}`, method === "PATCH" ? {} : undefined);
      expect(answer).toMatchObject({ status: 404, body: { code: "webhook_not_found" } });
    }
    await deliverAt(Date.now());
    expect(receiver.current.received).toEqual([]);
  });

  it("is tried out at once, and says what came of it without saying what was answered", async () => {
    const { id } = await addWebhook();
    expect(await succeed("POST", `/v1/webhooks/${id}/test`)).toMatchObject({
      state: "delivered",
      lastStatus: 204,
    });
    receiver.current.answerWith(() => new Response("inner secrets", { status: 500 }));
    const failed = await succeed("POST", `/v1/webhooks/${id}/test`);
    expect(failed).toMatchObject({ state: "failed", lastStatus: 500, lastError: "it answered 500" });
    expect(JSON.stringify(failed)).not.toContain("inner secrets");
    expect(receiver.current.received.map(({ body }) => messageSchema.parse(JSON.parse(body)).type)).toEqual([
      "webhook.test",
      "webhook.test",
    ]);
    expect(await listedWebhook(id)).toMatchObject({ disabledAt: null });
  });
});

describe("A webhook that takes nothing", () => {
  async function exhaust(start: number): Promise<void> {
    for (let attempt = 0; attempt < 12; attempt += 1) await deliverAt(start + attempt * DAY);
  }

  it("is switched off after ten attempts, once, which the audit and the list of webhooks say", async () => {
    const { id } = await addWebhook();
    await createExperiment();
    receiver.current.answerWith(() => new Response(null, { status: 500 }));
    await exhaust(Date.now());
    expect(receiver.current.received).toHaveLength(10);
    expect(await deliveriesOf(id)).toMatchObject([{ state: "failed", attempts: 10 }]);
    expect(await listedWebhook(id)).toMatchObject({
      disabledAt: expect.any(Number),
      disabledReason: expect.stringContaining("it answered 500"),
    });
    const { entries } = await succeed("GET", `/v1/audit?subject=webhook:${id}&action=webhook.disable`);
    expect(entries).toHaveLength(1);
  });

  it("stays on where it has taken another message meanwhile", async () => {
    const { id } = await addWebhook();
    await createExperiment();
    receiver.current.answerWith(() => new Response(null, { status: 500 }));
    const start = Date.now();
    for (let attempt = 0; attempt < 9; attempt += 1) await deliverAt(start + attempt * DAY);
    receiver.current.answerWith(() => new Response());
    await succeed("POST", `/v1/webhooks/${id}/test`);
    receiver.current.answerWith(() => new Response(null, { status: 500 }));
    await exhaust(start + 10 * DAY);
    expect((await deliveriesOf(id)).map(({ state }) => state).toSorted()).toEqual(["delivered", "failed"]);
    expect(await listedWebhook(id)).toMatchObject({ disabledAt: null });
  });

  it("because it is gone (410) is switched off at once", async () => {
    const { id } = await addWebhook();
    await createExperiment();
    receiver.current.answerWith(() => new Response(null, { status: 410 }));
    await deliverAt(Date.now());
    expect(await listedWebhook(id)).toMatchObject({ disabledReason: expect.stringContaining("410") });
    await createExperiment();
    await deliverAt(Date.now() + DAY);
    expect(receiver.current.received).toHaveLength(1);
  });

  it("is sent what waited, with all attempts, once it is switched on again", async () => {
    const { id } = await addWebhook();
    await createExperiment();
    receiver.current.answerWith(() => new Response(null, { status: 500 }));
    const start = Date.now();
    await deliverAt(start);
    await succeed("PATCH", `/v1/webhooks/${id}`, { enabled: false });
    await deliverAt(start + DAY);
    expect(receiver.current.received).toHaveLength(1);
    receiver.current.answerWith(() => new Response());
    await succeed("PATCH", `/v1/webhooks/${id}`, { enabled: true });
    await deliverAt(Date.now());
    expect(await deliveriesOf(id)).toMatchObject([{ state: "delivered", attempts: 1 }]);
    expect(await listedWebhook(id)).toMatchObject({ disabledAt: null, disabledReason: null });
  });
});
