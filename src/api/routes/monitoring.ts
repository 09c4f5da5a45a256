import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { getServiceMetrics, type Readiness } from "#contract/monitoring.ts";
import { OPEN_METRICS_TYPE, writeOpenMetrics } from "#reporter/open-metrics.ts";
import { checkReadiness } from "#results/readiness.ts";
import { readServiceMetrics } from "#results/service-metrics.ts";
import type { ServedRuleset } from "#ruleset/edge-cache.ts";
import { ok, type Result } from "#shared/result.ts";
import { openDatabases } from "#store/database.ts";
import { document } from "../http/reply.ts";
import { handleWithRuleset } from "../http/route.ts";

/** Nobody needs a key to ask, so an isolate asks the database this often at most. */
const REMEMBERED_MILLISECONDS = 5_000;

let remembered: { at: number; readiness: Promise<Readiness> } | undefined;

/**
 * Answers whether the installation can do its work: with 503 where it cannot.
 * @param readRuleset as a request would
 */
export async function serveReadiness(
  environment: Pick<Env, "DB" | "LOG" | "BAKEOFF_UNIT_KEY">,
  readRuleset: () => Promise<Result<ServedRuleset>>,
  now: number,
): Promise<Response> {
  if (!remembered || Math.abs(now - remembered.at) >= REMEMBERED_MILLISECONDS) {
    const units = unitHashesOf(environment);
    remembered = {
      at: now,
      readiness: checkReadiness(openDatabases(environment), readRuleset, units, now),
    };
  }
  const readiness = await remembered.readiness;
  return Response.json(readiness, {
    status: readiness.ok ? 200 : 503,
    headers: { "cache-control": "no-store" },
  });
}

export const monitoringRoutes = [
  handleWithRuleset(getServiceMetrics, async ({ context: { services, served, now } }) => {
    const ruleset = { version: served.ruleset.version, stale: served.stale };
    const families = await readServiceMetrics(services, ruleset, now);
    return ok(document(writeOpenMetrics(families), OPEN_METRICS_TYPE));
  }),
];
