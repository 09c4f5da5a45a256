/**
 * An app that knows nothing but GrowthBook's SDK: it reads Bakeoff's payload and evaluates in process, so its callback has to
 * tell Bakeoff whom it exposed. README.md says how to run it.
 */
import { GrowthBookClient } from "@growthbook/growthbook";

const {
  BAKEOFF_URL = "http://127.0.0.1:8788",
  BAKEOFF_KEY = "",
  BAKEOFF_SERVER_KEY = "",
  BAKEOFF_CONFIG = "example-answer",
} = process.env;
const USERS = Number(process.env.USERS ?? 20);

async function post(path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${BAKEOFF_SERVER_KEY}`, "content-type": "application/json" };
  const response = await fetch(`${BAKEOFF_URL}${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Bakeoff answers ${response.status}: ${await response.text()}`);
}

const reports: Promise<void>[] = [];
const growthbook = new GrowthBookClient({
  apiHost: BAKEOFF_URL,
  clientKey: BAKEOFF_KEY,
  trackingCallback: (experiment, result) => {
    const { hashValue: unit, key: variant } = result;
    const exposure = { experiment: experiment.key, unit, variant, phase: Number(experiment.phase) };
    reports.push(post("/v1/exposures", { exposures: [exposure] }));
  },
});
// A server goes on polling: how long a rollback may take to reach it.
const { success, error } = await growthbook.init({ pollingInterval: 5_000 });
if (!success) {
  // GrowthBook's SDK keeps the server's words to itself.
  const response = await fetch(`${BAKEOFF_URL}/api/features/${BAKEOFF_KEY}`);
  throw new Error(`the payload cannot be read: ${await response.text()}`, { cause: error });
}

/** Stands for a call of a model. */
const callModel = async (model: string, question: string) => `${model} on ${question}`;

const events: object[] = [];
let exposed = 0;
for (let user = 0; user < USERS; user++) {
  const unit = `user-${user}`;
  const attributes = { id: unit, country: "CA" };
  const { value, experiment, experimentResult } = growthbook.evalFeature(BAKEOFF_CONFIG, { attributes });
  const answer = await callModel(value?.model ?? "gpt-4.1-mini", "Where is my parcel?");
  if (!experiment || !experimentResult?.inExperiment) continue;
  exposed += 1;
  // Every other user says how it went.
  if (user % 2 === 0) {
    events.push({
      id: crypto.randomUUID(), // Sending it again is harmless.
      experiment: experiment.key,
      phase: Number(experiment.phase),
      variant: experimentResult.key,
      unit,
      metrics: { task_success: answer.includes("parcel") },
    });
  }
}

if (events.length > 0) reports.push(post("/v1/events", { events }));
await Promise.all(reports);
growthbook.destroy();
console.log(`${exposed} of ${USERS} users are in an experiment; ${events.length} said how it went.`);
