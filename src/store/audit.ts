import { and, desc, eq, lt, SQL, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type AuditEntry, auditEntrySchema } from "#contract/audit.ts";
import type { Database } from "./database.ts";
import { auditTable } from "./schema.ts";

/** Who acts, when and why. */
export interface Act {
  /** `key:<id>`, `access:<email>`, `cron` or `guardrail`. */
  actor: string;
  reason: string;
  /** Epoch milliseconds. */
  now: number;
}

export interface AuditInput {
  at: number;
  actor: string;
  action: string;
  /** `experiment:<key>`, `config:<key>`, … */
  subject: string;
  reason?: string;
  /** A JSON object; as an expression where only the database knows what to tell. */
  details?: Record<string, unknown> | SQL;
}

/** A statement for a batch: records an act together with the act itself. `condition` as in {@link bumpRuleset}. */
export function recordAudit(database: Database, input: AuditInput, condition = sql`1`) {
  const { at, actor, action, subject, reason = "", details = {} } = input;
  return database.insert(auditTable).select(sql`
    SELECT ${uuidv7({ msecs: at })}, ${at}, ${actor}, ${action}, ${subject}, ${reason}, ${details instanceof SQL ? details : JSON.stringify(details)}
    WHERE ${condition}`);
}

/**
 * A statement for a batch, to stand before the change itself: an AI config's own history says too which experiment gave
 * it another live version. Records nothing when the version stays. `condition` as in {@link recordAudit}.
 * @param version undefined when the batch leaves the live version alone
 */
export function recordLiveChange(
  database: Database,
  { config, experiment, version }: { config: string; experiment: string; version: number | undefined },
  { at, actor, reason = "" }: AuditInput,
  condition: SQL,
) {
  const to = version ?? null;
  return database.insert(auditTable).select(sql`
    SELECT ${uuidv7({ msecs: at })}, ${at}, ${actor}, 'config.set_live', ${`config:${config}`}, ${reason},
      json_object('from', live_version, 'to', ${to}, 'experiment', ${experiment})
    FROM ai_config WHERE key = ${config} AND live_version <> ${to} AND ${condition}`);
}

/** Which entries: all that is given must hold. */
export interface AuditFilter {
  /** An entry's id; only older ones are listed. */
  before?: string | undefined;
  /** Only acts on this object: `experiment:<key>`, `config:<key>`, … */
  subject?: string | undefined;
  actor?: string | undefined;
  action?: string | undefined;
}

/** The newest entries first, `limit` at most. */
export async function listAudit(
  database: Database,
  { limit, before, subject, actor, action }: AuditFilter & { limit: number },
): Promise<AuditEntry[]> {
  const rows = await database
    .select()
    .from(auditTable)
    .where(
      and(
        before === undefined ? undefined : lt(auditTable.id, before),
        subject === undefined ? undefined : eq(auditTable.subject, subject),
        actor === undefined ? undefined : eq(auditTable.actor, actor),
        action === undefined ? undefined : eq(auditTable.action, action),
      ),
    )
    .orderBy(desc(auditTable.id))
    .limit(limit);
  return rows.map((row) => auditEntrySchema.parse({ ...row, details: JSON.parse(row.details) }));
}
