import { v7 as uuidv7 } from "uuid";
import { testMessageSchema } from "#model/webhook/message.ts";
import type { OutgoingMessage } from "#store/webhook-outbox.ts";

export const TEST_TYPE = testMessageSchema.shape.type.value;

/** The message that tries a webhook out. @param now epoch milliseconds */
export function testMessageOf(webhook: string, now: number): OutgoingMessage {
  const message = {
    type: TEST_TYPE,
    timestamp: new Date(now).toISOString(),
    data: { webhook, summary: "This is a test of a webhook of Bakeoff." },
  };
  return {
    id: `msg_${uuidv7({ msecs: now })}`,
    type: TEST_TYPE,
    at: now,
    body: JSON.stringify(testMessageSchema.parse(message)),
  };
}
