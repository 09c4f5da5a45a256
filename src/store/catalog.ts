import { asc, eq } from "drizzle-orm";
import { type AiConfig, aiConfigSchema } from "#model/config/ai-config.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { type Database, parseStored } from "./database.ts";
import { aiConfigTable, aiConfigVersionTable, metricTable } from "./schema.ts";

interface StoredCatalog {
  /** All of them, also those that are archived. */
  metrics: MetricDefinition[];
  archivedMetrics: string[];
  config: AiConfig | undefined;
  /** The numbers of the AI config's versions: what a version holds may be long. */
  versions: number[];
}

/** All metrics and one AI config, as they are at one moment. One query of D1: each takes a round trip. */
export async function readStoredCatalog(database: Database, configKey: string): Promise<StoredCatalog> {
  const [metrics, configs, versions] = await database.batch([
    database.select().from(metricTable).orderBy(asc(metricTable.key)),
    database.select().from(aiConfigTable).where(eq(aiConfigTable.key, configKey)),
    database
      .select({ version: aiConfigVersionTable.version })
      .from(aiConfigVersionTable)
      .where(eq(aiConfigVersionTable.config, configKey)),
  ]);
  const [config] = configs;
  return {
    metrics: metrics.map(({ definition }) => parseStored(metricDefinitionSchema, definition)),
    archivedMetrics: metrics.flatMap(({ key, archivedAt }) => (archivedAt === null ? [] : [key])),
    config: config && aiConfigSchema.parse(config),
    versions: versions.map(({ version }) => version),
  };
}
