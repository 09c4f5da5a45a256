import type { Catalog } from "#model/experiment/checks.ts";
import { findConfig, listVersions } from "#store/configs.ts";
import type { Database } from "#store/database.ts";
import { listMetrics } from "#store/metrics.ts";

/** What an experiment on this AI config may refer to right now. */
export async function readCatalog(database: Database, configKey: string): Promise<Catalog> {
  const [metrics, config, versions] = await Promise.all([
    listMetrics(database),
    findConfig(database, configKey),
    listVersions(database, configKey),
  ]);
  return {
    metrics,
    configVersions: versions.ok ? new Set(versions.value.map(({ version }) => version)) : undefined,
    liveVersion: config.ok ? config.value.liveVersion : undefined,
  };
}
