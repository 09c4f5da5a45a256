import { env } from "cloudflare:workers";
import { afterEach, beforeEach, vi } from "vitest";
import { deliverDue } from "#lifecycle/webhooks/deliver.ts";
import type { Delivery } from "#model/webhook/webhook.ts";
import { openDatabase } from "#store/database.ts";
import { succeed } from "./api-client.ts";

const SETTINGS = { allowsOwnMachine: false, dashboardUrl: "https://bakeoff.example.com" };

export const RECEIVER = "https://receiver.example.com/hook";

/** What a receiver got. */
export interface ReceivedMessage {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** Made anew for each request: what one has read, another cannot. */
type Answer = (request: Request) => Response | Promise<Response>;

/**
 * Stands in for everything that the Worker sends to: keeps what it gets, and answers what it is told to.
 * @returns what came, and a way to change the answer
 */
function receiveWebhooks() {
  const received: ReceivedMessage[] = [];
  let answer: Answer = () => new Response(null, { status: 204 });
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    if (request.redirect !== "manual") throw new Error("redirects would be followed");
    const headers = Object.fromEntries(request.headers);
    received.push({ url: request.url, headers, body: await request.clone().text() });
    return answer(request);
  });
  return {
    received,
    answerWith: (next: Answer) => {
      answer = next;
    },
  };
}

/** A receiver anew for every test of a file, and no webhooks of the test before. Calls the hooks of the file itself. */
export function useReceiver(): { readonly current: ReturnType<typeof receiveWebhooks> } {
  let current: ReturnType<typeof receiveWebhooks> | undefined;
  beforeEach(async () => {
    await removeWebhooks();
    current = receiveWebhooks();
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return {
    get current() {
      if (!current) throw new Error("there is a receiver within tests only");
      return current;
    },
  };
}

/** Removes all webhooks with what they were sent. */
async function removeWebhooks(): Promise<void> {
  const tables = ["webhook", "webhook_delivery"];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
}

export async function addWebhook(
  input: Record<string, unknown> = {},
): Promise<{ id: string; secret: string }> {
  return succeed("POST", "/v1/webhooks", { name: "Ops", url: RECEIVER, ...input });
}

export async function deliveriesOf(webhook: string): Promise<Delivery[]> {
  const { deliveries } = await succeed("GET", `/v1/webhooks/${webhook}/deliveries`);
  return deliveries;
}

/** The webhook as it is listed. */
export async function listedWebhook(id: string) {
  const { webhooks } = await succeed("GET", "/v1/webhooks");
  return webhooks.find((webhook: { id: string }) => webhook.id === id);
}

/** What the schedule does about messages at a moment in epoch milliseconds. */
export function deliverAt(now: number): Promise<void> {
  return deliverDue(openDatabase(env.DB), SETTINGS, () => now);
}
