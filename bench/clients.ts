import { createBakeoff } from "#sdk/index.ts";
import { rulesetDocument, rulesetExperiment } from "#tools/builders/ruleset-builder.ts";
import { type Decide, growthbook, optimizely, unleash } from "./other-clients.ts";

/*
 * Decisions per second in process: ours and those of three other clients on the same experiment (two arms, 50/50,
 * everybody takes part) and the same units, each synchronously, from a document in memory, called as its users call it.
 * All of them track exposures: ours and GrowthBook's each unit once, Optimizely's every decision, Unleash's counts only.
 */
const UNITS = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);
/** Clients take turns, so that what else the machine does hits all alike; the best of each one's rounds counts. */
const ROUNDS = 20;
const REQUIRED_RATIO = 5;
const fallback = { model: "model-1" };

async function localClient() {
  const bakeoff = createBakeoff({
    url: "https://bakeoff.test",
    key: "bk_client_bench",
    mode: "local",
    ruleset: rulesetDocument(rulesetExperiment("bench", [0.5, 0.5])),
    refreshMs: 60_000,
    capacity: UNITS.length,
    fetch: async (_, { body = "" }) =>
      Response.json({ accepted: JSON.parse(body).exposures.length, rejected: [], warnings: [] }),
  });
  if (!(await bakeoff.ready())) throw new Error("there is no ruleset");
  return bakeoff;
}

/** @returns units per second, and how many of them were in arm-1 */
function measure(decide: Decide): { rate: number; treated: number } {
  let treated = 0;
  const started = performance.now();
  for (const unit of UNITS) if (decide(unit) === "arm-1") treated += 1;
  return { rate: UNITS.length / ((performance.now() - started) / 1_000), treated };
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

const bakeoff = await localClient();
const clients: Record<string, Decide> = {
  "assignNow()": (unit) => bakeoff.assignNow("answer", { unit, fallback }).variant,
  "GrowthBook's SDK": growthbook(),
  "Optimizely's SDK": optimizely(),
  "Unleash's client": await unleash(),
};

/** The rates of everybody's first pass: every unit is new. It also shows that everybody really splits. */
const first = new Map<string, number>();
for (const [name, decide] of Object.entries(clients)) {
  const { rate, treated } = measure(decide);
  const share = treated / UNITS.length;
  if (Math.abs(share - 0.5) > 0.01) throw new Error(`${name} does not split 50/50 but ${share}`);
  first.set(name, rate);
  await bakeoff.flush();
}

const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, decide] of Object.entries(clients)) {
    best.set(name, Math.max(best.get(name) ?? 0, measure(decide).rate));
    // What is sent behind the answers is nobody else's burden.
    await pause();
  }
}

const own = best.get("assignNow()") ?? 0;
for (const [name, rate] of best) {
  const ratio = own / rate;
  const verdict = name === "assignNow()" ? "" : ` (${ratio >= REQUIRED_RATIO ? "≥" : "<"} ${REQUIRED_RATIO})`;
  const whenNew = Math.round(first.get(name) ?? 0);
  console.log(
    `${name}: ${Math.round(rate)} per second, ratio ${ratio.toFixed(1)}${verdict}; all units new: ${whenNew}`,
  );
}
process.exit(0);
