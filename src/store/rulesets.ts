import * as z from "zod";
import { type RulesetKey, rulesetKeySchema } from "#model/config/ruleset.ts";
import { type MetricDefinition, metricDefinitionSchema } from "#model/metric/metric.ts";
import { KEPT_CHANGES, parseStored } from "./database.ts";
import { boundsOf } from "./keys.ts";

const countSchema = z.array(z.strictObject({ revision: z.int() })).min(1);
const changesSchema = z.array(
  z.strictObject({ revision: z.int(), subject: z.string(), config: z.string().nullable() }),
);
export type RulesetChange = z.infer<typeof changesSchema>[number];

/** The statement that every read of a part of the ruleset goes with: the revision that it belongs to. */
export function revisionStatement(session: D1DatabaseSession): D1PreparedStatement {
  return session.prepare("SELECT revision FROM ruleset_revision WHERE id = 1");
}

/** What {@link revisionStatement} has found. */
export function revisionIn(result: D1Result | undefined): number {
  const [row] = countSchema.parse(result?.results);
  if (!row) throw new Error("the ruleset revision is missing: are the migrations applied?");
  return row.revision;
}

/** What has changed since a revision; `isComplete` is false where nobody can tell any more. */
export interface RulesetChanges {
  revision: number;
  changes: RulesetChange[];
  isComplete: boolean;
}

/** Reads in one transaction which revision edges should serve, and what has changed since the one that this edge serves. */
export async function readChanges(session: D1DatabaseSession, since: number): Promise<RulesetChanges> {
  const [current, changed] = await session.batch([
    revisionStatement(session),
    session
      .prepare(`
        SELECT revision, subject, config FROM ruleset_change
        WHERE revision > ? ORDER BY revision LIMIT ${KEPT_CHANGES}`)
      .bind(since),
  ]);
  const revision = revisionIn(current);
  const changes = changesSchema.parse(changed?.results);
  // Every change has a row, so that a missing one shows.
  return { revision, changes, isComplete: changes.length === revision - since };
}

const keyRowsSchema = z.array(
  z.object({
    id: z.string(),
    scope: z.string(),
    hash: z.string(),
    configs: z.string().nullable(),
    origins: z.string().nullable(),
    expiresAt: z.number().nullable(),
    quarantinedFrom: z.number().nullable(),
  }),
);
const metricRowsSchema = z.array(z.object({ definition: z.string() }));

/** What edges hold whole: the API keys that are not revoked, and the metrics. */
export interface RulesetLists {
  revision: number;
  keys: RulesetKey[];
  metrics: MetricDefinition[];
}

/** Reads the lists as they are at one revision. */
export async function readLists(session: D1DatabaseSession): Promise<RulesetLists> {
  const [current, keys, metrics] = await session.batch([
    revisionStatement(session),
    session.prepare(`
      SELECT id, scope, hash, configs, origins, expires_at AS expiresAt, quarantined_from AS quarantinedFrom
      FROM api_key WHERE revoked_at IS NULL ORDER BY created_at`),
    session.prepare("SELECT definition FROM metric ORDER BY key"),
  ]);
  return {
    revision: revisionIn(current),
    keys: keyRowsSchema
      .parse(keys?.results)
      .map(({ id, scope, hash, quarantinedFrom, ...bounds }) =>
        rulesetKeySchema.parse({ id, scope, hash, ...boundsOf(bounds), quarantinedFrom }),
      ),
    metrics: metricRowsSchema
      .parse(metrics?.results)
      .map(({ definition }) => parseStored(metricDefinitionSchema, definition)),
  };
}
