import * as z from "zod";
import { lateEventWindowOf } from "#contract/events.ts";
import { revisionIn, revisionStatement } from "./rulesets.ts";

const experimentRowSchema = z.object({
  key: z.string(),
  config: z.string(),
  status: z.string(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  spec: z.string(),
  metricDefinitions: z.string(),
  phases: z.string(),
  switchedOff: z.string(),
  pauses: z.string(),
  exclusions: z.string(),
  overrides: z.string(),
  unitKeyId: z.string().nullable(),
  covariateSource: z.string().nullable(),
});
/** An experiment as edges read it: its JSON is parsed when it is first needed. */
export type ExperimentRow = z.infer<typeof experimentRowSchema>;

const configRowSchema = z.object({ key: z.string(), liveVersion: z.number() });
const valueRowSchema = z.object({ config: z.string(), version: z.number(), value: z.string().nullable() });

/** An AI config with the experiments on it that take data, and the values that it hands out. */
export interface StoredPart {
  key: string;
  liveVersion: number;
  experiments: ExperimentRow[];
  /** By version; null for one that the reader has. */
  values: { version: number; value: string | null }[];
}

/** Which AI config is read, and which of its values need not be: they never change. `values` is null where none is wanted. */
export interface WantedPart {
  config: string;
  knownVersions: readonly number[] | null;
}

const SHORTEST_WINDOW_SECONDS = lateEventWindowOf({ metricDefinitions: [] }) / 1_000;

const ENDED_LATELY = `
  experiment.ended_at > ?2 - 1000 * max(${SHORTEST_WINDOW_SECONDS}, (
    SELECT coalesce(max(definition.value ->> 'windowSeconds'), 0)
    FROM json_each(experiment.metric_definitions) AS definition))`;

/**
 * The experiments that take data on the AI configs of `?1` at the moment `?2`, in epoch milliseconds, and the holdouts, each with
 * every AI config that it is on.
 * @param columns may name `wanted.value`, the AI config
 */
export const experimentsTakingData = (columns: string) => `
  SELECT ${columns}
  FROM json_each(?1) AS wanted
  CROSS JOIN experiment ON experiment.config = wanted.value AND experiment.status IN ('running', 'paused')
    AND experiment.is_holdout = 0
  UNION ALL
  SELECT ${columns}
  FROM json_each(?1) AS wanted
  CROSS JOIN experiment ON experiment.config = wanted.value
    AND experiment.status IN ('promoted', 'rolled_back', 'stopped') AND experiment.is_holdout = 0 AND ${ENDED_LATELY}
  UNION ALL
  SELECT ${columns}
  FROM json_each(?1) AS wanted
  CROSS JOIN holdout_config ON holdout_config.config = wanted.value
  CROSS JOIN experiment ON experiment.key = holdout_config.holdout
    AND (experiment.status = 'running' OR ${ENDED_LATELY})`;

/** The versions that the AI configs of `?1` hand out: the live ones, those of active experiments, and those that are held. */
export const SERVED_VERSIONS = `
  SELECT ai_config.key AS config, ai_config.live_version AS version
  FROM json_each(?1) AS wanted CROSS JOIN ai_config ON ai_config.key = wanted.value
  UNION
  SELECT experiment.config AS config, variant.value ->> 'version' AS version
  FROM json_each(?1) AS wanted
  CROSS JOIN experiment ON experiment.config = wanted.value AND experiment.status IN ('running', 'paused')
  CROSS JOIN json_each(experiment.spec, '$.variants') AS variant
  UNION
  SELECT holdout_config.config AS config, holdout_config.version AS version
  FROM json_each(?1) AS wanted
  CROSS JOIN holdout_config ON holdout_config.config = wanted.value
  CROSS JOIN experiment ON experiment.key = holdout_config.holdout AND experiment.status = 'running'`;

const EXPERIMENT_COLUMNS = `
  experiment.key AS key, wanted.value AS config, experiment.status AS status,
  experiment.started_at AS startedAt, experiment.ended_at AS endedAt, experiment.spec AS spec,
  experiment.metric_definitions AS metricDefinitions, experiment.phases AS phases,
  experiment.switched_off AS switchedOff, experiment.pauses AS pauses, experiment.exclusions AS exclusions,
  experiment.overrides AS overrides,
  experiment.unit_key_id AS unitKeyId,
  (
    SELECT json_object(
      'key', source.key, 'shards', source.spec -> '$.shards', 'phases', json_array_length(source.phases))
    FROM experiment AS source WHERE source.key = experiment.spec ->> '$.covariateSource'
  ) AS covariateSource`;

const VALUES = `
  SELECT stored.config AS config, stored.version AS version,
    CASE
      WHEN served.config || '/' || served.version IN (SELECT value FROM json_each(?2)) THEN NULL
      ELSE stored.value
    END AS value
  FROM (${SERVED_VERSIONS}) AS served
  CROSS JOIN ai_config_version AS stored ON stored.config = served.config AND stored.version = served.version`;

/** Reads AI configs as they are at one revision; those that there are not are left out. @param now epoch milliseconds */
export async function readParts(
  session: D1DatabaseSession,
  wanted: readonly WantedPart[],
  now: number,
): Promise<{ revision: number; parts: StoredPart[] }> {
  const keys = JSON.stringify(wanted.map(({ config }) => config));
  const valued = wanted.filter(({ knownVersions }) => knownVersions !== null);
  const known = valued.flatMap(({ config, knownVersions }) =>
    (knownVersions ?? []).map((version) => `${config}/${version}`),
  );
  const [current, configs, experiments, values] = await session.batch([
    revisionStatement(session),
    session
      .prepare(`
        SELECT ai_config.key AS key, ai_config.live_version AS liveVersion
        FROM json_each(?1) AS wanted CROSS JOIN ai_config ON ai_config.key = wanted.value`)
      .bind(keys),
    session.prepare(experimentsTakingData(EXPERIMENT_COLUMNS)).bind(keys, now),
    session.prepare(VALUES).bind(JSON.stringify(valued.map(({ config }) => config)), JSON.stringify(known)),
  ]);
  const experimentsOf = Map.groupBy(
    z.array(experimentRowSchema).parse(experiments?.results),
    ({ config }) => config,
  );
  const valuesOf = Map.groupBy(z.array(valueRowSchema).parse(values?.results), ({ config }) => config);
  return {
    revision: revisionIn(current),
    parts: z
      .array(configRowSchema)
      .parse(configs?.results)
      .map(({ key, liveVersion }) => ({
        key,
        liveVersion,
        experiments: (experimentsOf.get(key) ?? []).sort(
          (a, b) => a.startedAt - b.startedAt || (a.key < b.key ? -1 : 1),
        ),
        values: (valuesOf.get(key) ?? [])
          .map(({ version, value }) => ({ version, value }))
          .sort((a, b) => a.version - b.version),
      })),
  };
}

/** The AI configs of experiments, as they are at one revision. */
export async function readConfigsOf(
  session: D1DatabaseSession,
  experiments: readonly string[],
): Promise<{ revision: number; configs: ReadonlyMap<string, string> }> {
  const [current, rows] = await session.batch([
    revisionStatement(session),
    session
      .prepare(`
        SELECT experiment.key AS key, experiment.config AS config
        FROM json_each(?1) AS wanted CROSS JOIN experiment ON experiment.key = wanted.value`)
      .bind(JSON.stringify(experiments)),
  ]);
  const found = z.array(z.object({ key: z.string(), config: z.string() })).parse(rows?.results);
  return { revision: revisionIn(current), configs: new Map(found.map(({ key, config }) => [key, config])) };
}
