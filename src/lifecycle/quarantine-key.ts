import type { Services } from "#aggregator/services.ts";
import { lateEventWindowOf } from "#contract/events.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { ApiKey } from "#model/key/api-key.ts";
import { log } from "#shared/log.ts";
import { ok, type Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import { quarantineApiKey } from "#store/keys.ts";
import { listStartedExperiments } from "#store/logging-experiments.ts";
import { rebuildExperiment } from "./rebuild-experiment.ts";

/** Those that may act at any moment come first. */
const byUrgency = (a: Experiment, b: Experiment) =>
  Number(b.status === "running") - Number(a.status === "running");

/**
 * Leaves out everything that came by a key from a moment on, and whatever it has signed: the totals of every experiment that
 * may hold any of it are rebuilt from the log without it. The log keeps it. Until an experiment is rebuilt, it promotes
 * nothing; the schedule tries again for those that have not ended. Repeating it is harmless, and finishes what was cut off.
 * @param from epoch milliseconds, of receipt
 * @returns the experiments that were rebuilt, and those that could not be
 */
export async function quarantineKey(
  services: Services,
  id: string,
  from: number,
  act: Act,
): Promise<Result<{ key: ApiKey; experiments: string[]; failed: string[] }>> {
  const affected = (await listStartedExperiments(services.database))
    .filter(
      ({ endedAt, metricDefinitions }) =>
        endedAt === null || endedAt + lateEventWindowOf({ metricDefinitions }) >= from,
    )
    .sort(byUrgency);
  const keys = affected.map(({ spec }) => spec.key);
  const quarantined = await quarantineApiKey(services.database, id, from, keys, act);
  if (!quarantined.ok) return quarantined;
  const failed: string[] = [];
  for (const experiment of affected) {
    const { key } = experiment.spec;
    const pending = {
      ...experiment,
      rebuildPendingSince: quarantined.value.pending.get(key) ?? experiment.rebuildPendingSince,
    };
    try {
      const rebuilt = await rebuildExperiment(services, pending, act);
      if (!rebuilt.ok) failed.push(key);
    } catch (cause) {
      failed.push(key);
      log("error", "an experiment could not be rebuilt", { experiment: key, cause });
    }
  }
  return ok({
    key: quarantined.value.key,
    experiments: keys.filter((key) => !failed.includes(key)),
    failed,
  });
}
