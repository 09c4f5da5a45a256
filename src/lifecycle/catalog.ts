import type { Catalog } from "#model/experiment/checks.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { readStoredCatalog } from "#store/catalog.ts";
import type { Database } from "#store/database.ts";

/** What an experiment on this AI config may refer to right now. */
export async function readCatalog(
  database: Database,
  configKey: string,
): Promise<Catalog & { metrics: readonly MetricDefinition[] }> {
  const { metrics, archivedMetrics, config, versions } = await readStoredCatalog(database, configKey);
  return {
    metrics,
    configVersions: config && new Set(versions),
    liveVersion: config?.liveVersion,
    archived: {
      config: config !== undefined && config.archivedAt !== null,
      metrics: new Set(archivedMetrics),
    },
  };
}
