import { getAudit } from "#contract/audit.ts";
import { getConfig } from "#contract/configs.ts";
import { getLoggedEvents, type LoggedEvent } from "#contract/event-log.ts";
import { getExperiment } from "#contract/experiments.ts";
import { getDecisions, getResults, getVerification } from "#contract/results.ts";
import type { ModelExperiment, Slot, World } from "./model.ts";
import { untilAnswered } from "./requests.ts";

const SUMMED_METRICS = ["task_success", "error", "latency_ms"];
const TOLERANCE = 1e-9;
const ENDINGS = ["experiment.promote", "experiment.rollback", "experiment.stop"];

async function readLog({ admin }: World, key: string): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  let cursor: string | null = "0:0";
  while (cursor !== null) {
    const query: { limit: string; cursor: string } = { limit: "5000", cursor };
    const page = await untilAnswered(() => admin.call(getLoggedEvents, { params: { key }, query }));
    events.push(...page.events);
    cursor = page.nextCursor;
  }
  return events;
}

function checkLog(
  { journal, quarantined }: World,
  experiment: ModelExperiment,
  logged: readonly LoggedEvent[],
): void {
  const { key, acknowledged, uncertain, hashes } = experiment;
  const ids = new Set(logged.map(({ id }) => id));
  // The API leaves out what came by a quarantined key.
  const mayBeLeftOut = (id: string) => quarantined.has(experiment.acknowledgedBy.get(id)?.id ?? "");
  const seen = new Set<string>();
  const twice = logged.filter(({ id }) => seen.size === seen.add(id).size);
  const wrong = twice.map(({ id }) => id);
  if (wrong.length > 0)
    journal.fault(`${key}: ${wrong.length} events are twice in the log: ${wrong.slice(0, 5)}`);
  const lost = [...acknowledged.keys()].filter((id) => !ids.has(id) && !mayBeLeftOut(id));
  if (lost.length > 0)
    journal.fault(`${key}: ${lost.length} acknowledged events are lost: ${lost.slice(0, 5)}`);
  const gone = new Set(experiment.erasures.flatMap(({ events }) => [...events]));
  const left = [...ids].filter((id) => gone.has(id));
  if (left.length > 0) journal.fault(`${key}: ${left.length} erased events are left: ${left.slice(0, 5)}`);
  for (const event of logged) {
    const sent = acknowledged.get(event.id) ?? uncertain.get(event.id);
    if (!sent) {
      journal.fault(`${key}: ${event.id} is in the log and was never sent`);
      continue;
    }
    const hash = hashes.get(sent.unit) ?? event.unit;
    hashes.set(sent.unit, hash);
    const isSame =
      hash === event.unit &&
      (sent.variant ?? event.variant) === event.variant &&
      Object.entries(sent.metrics).every(([metric, value]) => event.metrics[metric] === value);
    if (!isSame)
      journal.fault(
        `${key}: ${event.id} is in the log as ${JSON.stringify(event)}, sent ${JSON.stringify(sent)}`,
      );
  }
}

/**
 * What the API shows against sums over the log, where no unit has had two variants. Units that come back in a later phase are left
 * out and counted; the log does not say which they are, so that metrics are summed only where there are none.
 */
async function checkTotals(
  { admin, journal }: World,
  { key }: ModelExperiment,
  logged: readonly LoggedEvent[],
): Promise<void> {
  const { analysis } = await untilAnswered(() =>
    admin.call(getResults, { params: { key }, query: { asOf: "now" } }),
  );
  const { events, returningEvents } = analysis;
  if (events + returningEvents !== logged.length)
    journal.fault(`${key}: ${events} and ${returningEvents} events of ${logged.length} are counted`);
  if (analysis.multipleExposureUnits > 0)
    journal.fault(`${key}: ${analysis.multipleExposureUnits} multiple exposures`);
  if (returningEvents > 0) return;
  for (const { metric, variants } of analysis.metrics) {
    if (!SUMMED_METRICS.includes(metric)) continue;
    for (const { variant, observations, estimate } of variants) {
      const own = logged.filter((event) => event.variant === variant);
      const sum = own.reduce((total, { metrics }) => total + (metrics[metric] ?? 0), 0);
      const counted = (estimate ?? 0) * observations;
      if (observations !== own.length || Math.abs(counted - sum) > TOLERANCE * Math.max(1, Math.abs(sum)))
        journal.fault(
          `${key}: ${metric} of ${variant} is ${counted} in ${observations}, not ${sum} in ${own.length}`,
        );
    }
  }
}

/** At most one ending, on record; every arm left once; what ended it by itself was decided. */
async function checkEnding(world: World, experiment: ModelExperiment): Promise<void> {
  const { admin, journal } = world;
  const { key } = experiment;
  const params = { key };
  const found = await untilAnswered(() => admin.call(getExperiment, { params }));
  const { entries } = await untilAnswered(() =>
    admin.call(getAudit, { query: { subject: `experiment:${key}`, limit: "500" } }),
  );
  const endings = entries.filter(({ action }) => ENDINGS.includes(action));
  const expected = found.conclusion ? [`experiment.${found.conclusion.action}`] : [];
  if (endings.map(({ action }) => action).join() !== expected.join())
    journal.fault(`${key} is ${found.status}, and the audit tells of ${endings.map(({ action }) => action)}`);
  const left = entries.filter(({ action }) => action === "experiment.switch_off");
  const variants = found.switchedOff.map(({ variant }) => variant);
  if (left.length !== variants.length || new Set(variants).size < variants.length)
    journal.fault(`${key}: ${variants} are switched off, ${left.length} entries of the audit`);
  if (found.conclusion?.actor !== "cron" || experiment.hasSeenFaults) return;
  const { decisions } = await untilAnswered(() =>
    admin.call(getDecisions, { params, query: { limit: "500" } }),
  );
  if (!decisions.some(({ decision }) => decision.action === found.conclusion?.action))
    journal.fault(`${key} was ended by the schedule, and no decision says so`);
}

async function checkExperiment(world: World, experiment: ModelExperiment): Promise<void> {
  const { admin, journal } = world;
  const { key } = experiment;
  const params = { key };
  const { rebuildPendingSince } = await untilAnswered(() => admin.call(getExperiment, { params }));
  const verification = await untilAnswered(() => admin.call(getVerification, { params }));
  // One that ended while it waited to be counted anew waits until somebody asks again.
  if (!verification.agrees && rebuildPendingSince === null)
    journal.fault(`${key} does not agree with its log: ${verification.differences.slice(0, 10)}`);
  const logged = await readLog(world, key);
  checkLog(world, experiment, logged);
  if (!experiment.isAdaptive && !experiment.isCutDown) await checkTotals(world, experiment, logged);
  await checkEnding(world, experiment);
  journal.count("checked experiments");
}

async function checkLiveVersion(
  { admin, journal }: World,
  { config, liveVersion, experiment }: Slot,
): Promise<void> {
  // What ends the experiment may promote: the slot is told with the next look at it.
  const { status } = await untilAnswered(() =>
    admin.call(getExperiment, { params: { key: experiment.key } }),
  );
  if (status === "promoted") return;
  const found = await untilAnswered(() => admin.call(getConfig, { params: { key: config } }));
  if (found.liveVersion !== liveVersion)
    journal.fault(
      `${config}: version ${found.liveVersion} is live, and the last promotion said ${liveVersion}`,
    );
}

/** Holds everything that can be read against what is known, while nothing else happens. */
export async function checkAll(world: World): Promise<void> {
  for (const slot of world.slots) {
    await checkExperiment(world, slot.experiment);
    await checkLiveVersion(world, slot);
  }
  for (const experiment of world.ended) {
    if (experiment.isChecked) continue;
    await checkExperiment(world, experiment);
    experiment.isChecked = true;
  }
}
