/**
 * An app that knows nothing but OpenFeature: the provider asks Bakeoff at every evaluation, which records the exposure. Users'
 * replies go to Bakeoff's own route, since OpenFeature's protocol has no way back. README.md says how to run it.
 */
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";

const {
  BAKEOFF_URL = "http://127.0.0.1:8788",
  BAKEOFF_KEY = "",
  BAKEOFF_CONFIG = "example-answer",
} = process.env;
const USERS = Number(process.env.USERS ?? 20);
const headers = { authorization: `Bearer ${BAKEOFF_KEY}`, "content-type": "application/json" };

await OpenFeature.setProviderAndWait(
  new OFREPProvider({ baseUrl: BAKEOFF_URL, headers: [["authorization", headers.authorization]] }),
);
const flags = OpenFeature.getClient();

/** OpenFeature's SDK keeps the server's words to itself. */
async function askWhy(unit: string): Promise<string> {
  const body = JSON.stringify({ context: { targetingKey: unit } });
  const response = await fetch(`${BAKEOFF_URL}/ofrep/v1/evaluate/flags/${BAKEOFF_CONFIG}`, {
    method: "POST",
    headers,
    body,
  });
  return response.text();
}

/** Stands for a call of a model. */
const callModel = async (model: string, question: string) => `${model} on ${question}`;

const events: object[] = [];
let exposed = 0;
for (let user = 0; user < USERS; user++) {
  const unit = `user-${user}`;
  const { value, variant, flagMetadata, errorCode } = await flags.getObjectDetails<{ model: string }>(
    BAKEOFF_CONFIG,
    { model: "gpt-4.1-mini" },
    { targetingKey: unit, country: "CA" },
  );
  if (errorCode) console.warn(`the fallback is used, ${errorCode}: ${await askWhy(unit)}`);
  const answer = await callModel(value.model, "Where is my parcel?");
  if (!flagMetadata.experiment) continue;
  exposed += 1;
  // Every other user says how it went.
  if (user % 2 === 0) {
    events.push({
      id: crypto.randomUUID(), // Sending it again is harmless.
      experiment: flagMetadata.experiment,
      phase: flagMetadata.phase,
      variant,
      unit,
      metrics: { task_success: answer.includes("parcel") },
    });
  }
}
await OpenFeature.close();

if (events.length > 0) {
  const body = JSON.stringify({ events });
  const response = await fetch(`${BAKEOFF_URL}/v1/events`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`Bakeoff answers ${response.status}: ${await response.text()}`);
}
console.log(`${exposed} of ${USERS} users are in an experiment; ${events.length} said how it went.`);
