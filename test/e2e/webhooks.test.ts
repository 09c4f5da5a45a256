import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { postWebhook, postWebhookTest } from "#contract/webhooks.ts";
import { messageSchema } from "#model/webhook/message.ts";
import { TestServer } from "#test/e2e/support/server.ts";
import { startStubServer } from "#test/e2e/support/stub-server.ts";

let server: TestServer;
let receiver: { url: string };
const received: { path: string; body: string }[] = [];

beforeAll(async () => {
  vi.stubEnv("WEBHOOK_ALLOW_LOCALHOST", "true");
  receiver = await startStubServer(({ path, body }) => {
    received.push({ path, body });
    if (path === "/moved") return new Response(null, { status: 302, headers: { location: "/secret" } });
    // A body without an end: whoever waits for it waits for ever.
    const endless = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1_024)) });
    return path === "/endless" ? new Response(endless) : new Response("thanks");
  });
  server = await TestServer.start();
});

afterAll(() => {
  vi.unstubAllEnvs();
});

async function tryOut(path: string) {
  received.length = 0;
  const input = { name: path, url: `${receiver.url}${path}` };
  const { id } = await server.admin.call(postWebhook, { body: input });
  return server.admin.call(postWebhookTest, { params: { id } });
}

describe("a server that tells a receiver", () => {
  it("sends a message that it can read", async () => {
    expect(await tryOut("/hook")).toMatchObject({ state: "delivered", lastStatus: 200 });
    expect(received).toHaveLength(1);
    expect(messageSchema.parse(JSON.parse(received[0]?.body ?? "")).type).toBe("webhook.test");
  });

  it("follows no redirect", async () => {
    expect(await tryOut("/moved")).toMatchObject({ state: "failed", lastStatus: 302 });
    expect(received.map(({ path }) => path)).toEqual(["/moved"]);
  });

  it("does not wait for an answer's end", async () => {
    expect(await tryOut("/endless")).toMatchObject({ state: "delivered", lastStatus: 200 });
  });

  it("sends nothing to another machine by http", async () => {
    const elsewhere = { name: "Elsewhere", url: "http://192.168.1.1/hook" };
    await expect(server.admin.call(postWebhook, { body: elsewhere })).rejects.toThrow("invalid_input");
  });
});
