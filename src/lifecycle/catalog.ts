import type { Catalog } from "#model/experiment/checks.ts";
import { listArchivedMetrics } from "#store/archive-metrics.ts";
import { findConfig, listVersionNumbers } from "#store/configs.ts";
import type { Database } from "#store/database.ts";
import { listMetrics } from "#store/metrics.ts";

/** What an experiment on this AI config may refer to right now. */
export async function readCatalog(database: Database, configKey: string): Promise<Catalog> {
  const [metrics, archivedMetrics, config, versions] = await Promise.all([
    listMetrics(database),
    listArchivedMetrics(database),
    findConfig(database, configKey),
    listVersionNumbers(database, configKey),
  ]);
  return {
    metrics,
    configVersions: config.ok ? new Set(versions) : undefined,
    liveVersion: config.ok ? config.value.liveVersion : undefined,
    archived: {
      config: config.ok && config.value.archivedAt !== null,
      metrics: new Set(archivedMetrics),
    },
  };
}
