import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The tables as `migrations/` creates them; the migrations are the truth, and a test compares the two. JSON columns are
 * plain text here because every read passes through its zod schema.
 */
export const aiConfigTable = sqliteTable("ai_config", {
  key: text("key").primaryKey(),
  name: text("name").notNull(),
  description: text("description").notNull(),
  liveVersion: integer("live_version").notNull(),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  archivedAt: integer("archived_at"),
});

export const aiConfigVersionTable = sqliteTable(
  "ai_config_version",
  {
    config: text("config").notNull(),
    version: integer("version").notNull(),
    value: text("value").notNull(),
    note: text("note").notNull(),
    createdAt: integer("created_at").notNull(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.config, table.version] })],
);

export const metricTable = sqliteTable("metric", {
  key: text("key").primaryKey(),
  definition: text("definition").notNull(),
  archivedAt: integer("archived_at"),
});

export const experimentTable = sqliteTable("experiment", {
  key: text("key").primaryKey(),
  config: text("config").notNull(),
  status: text("status").notNull(),
  revision: integer("revision").notNull(),
  change: text("change").notNull(),
  spec: text("spec").notNull(),
  metricDefinitions: text("metric_definitions").notNull(),
  phases: text("phases").notNull(),
  conclusion: text("conclusion"),
  latestSummary: text("latest_summary"),
  createdAt: integer("created_at").notNull(),
  updatedAt: integer("updated_at").notNull(),
  startedAt: integer("started_at"),
  endedAt: integer("ended_at"),
  analyzedAt: integer("analyzed_at"),
  liveVersionAtStart: integer("live_version_at_start"),
  switchedOff: text("switched_off").notNull().default("[]"),
  acceptances: text("acceptances").notNull().default("[]"),
  doubts: text("doubts"),
  rebuildPendingSince: integer("rebuild_pending_since"),
  pauses: text("pauses").notNull().default("[]"),
  unvouched: text("unvouched"),
  exclusions: text("exclusions").notNull().default("[]"),
  unitKeyId: text("unit_key_id"),
  overrides: text("overrides").notNull().default("[]"),
  recounts: integer("recounts").notNull().default(0),
  labels: text("labels").notNull().default("{}"),
  isHoldout: integer("is_holdout", { mode: "boolean" }).notNull().default(false),
  underpoweredSince: integer("underpowered_since"),
});

export const approachedLimitTable = sqliteTable(
  "approached_limit",
  {
    name: text("name").notNull(),
    subject: text("subject").notNull(),
    since: integer("since").notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.subject] })],
);

export const holdoutConfigTable = sqliteTable(
  "holdout_config",
  {
    config: text("config").notNull(),
    holdout: text("holdout").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [primaryKey({ columns: [table.config, table.holdout] })],
);

export const eventChunkTable = sqliteTable(
  "event_chunk",
  {
    experiment: text("experiment").notNull(),
    shard: integer("shard").notNull(),
    sequence: integer("sequence").notNull(),
    lastSequence: integer("last_sequence").notNull(),
    entries: text("entries").notNull(),
  },
  (table) => [primaryKey({ columns: [table.experiment, table.shard, table.sequence] })],
);

export const archivePartTable = sqliteTable(
  "archive_part",
  {
    experiment: text("experiment").notNull(),
    shard: integer("shard").notNull(),
    sequence: integer("sequence").notNull(),
    lastChunk: integer("last_chunk").notNull(),
    lastSequence: integer("last_sequence").notNull(),
    name: text("name").notNull(),
    state: text("state", { enum: ["written", "checked", "moved"] }).notNull(),
    chunks: integer("chunks").notNull(),
    entries: integer("entries").notNull(),
    objects: text("objects").notNull(),
    writtenAt: integer("written_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.experiment, table.shard, table.sequence] })],
);

export const archiveLeftoverTable = sqliteTable("archive_leftover", {
  name: text("name").primaryKey(),
  since: integer("since").notNull(),
  isDoomed: integer("is_doomed", { mode: "boolean" }).notNull(),
});

export const archiveProgressTable = sqliteTable("archive_progress", {
  id: integer("id").primaryKey(),
  experiment: text("experiment").notNull(),
  shard: integer("shard").notNull(),
});

export const snapshotTable = sqliteTable(
  "snapshot",
  {
    experiment: text("experiment").notNull(),
    takenAt: integer("taken_at").notNull(),
    source: text("source").notNull(),
    phases: text("phases").notNull(),
    analysis: text("analysis").notNull(),
    guardrails: text("guardrails").notNull(),
    decision: text("decision").notNull(),
  },
  (table) => [primaryKey({ columns: [table.experiment, table.takenAt] })],
);

export const decisionTable = sqliteTable(
  "decision",
  {
    experiment: text("experiment").notNull(),
    takenAt: integer("taken_at").notNull(),
    source: text("source").notNull(),
    decision: text("decision").notNull(),
    summary: text("summary").notNull(),
    units: integer("units").notNull(),
    events: integer("events").notNull(),
    lastEventAt: integer("last_event_at"),
    isNotable: integer("is_notable", { mode: "boolean" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.experiment, table.takenAt] })],
);

export const rulesetRevisionTable = sqliteTable("ruleset_revision", {
  id: integer("id").primaryKey(),
  revision: integer("revision").notNull(),
});

export const rulesetChangeTable = sqliteTable("ruleset_change", {
  revision: integer("revision").primaryKey(),
  subject: text("subject").notNull(),
  config: text("config"),
});

export const apiKeyTable = sqliteTable("api_key", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  scope: text("scope").notNull(),
  hash: text("hash").notNull(),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  revokedAt: integer("revoked_at"),
  configs: text("configs"),
  origins: text("origins"),
  expiresAt: integer("expires_at"),
  lastUsedAt: integer("last_used_at"),
  quarantinedFrom: integer("quarantined_from"),
});

export const auditTable = sqliteTable("audit", {
  id: text("id").primaryKey(),
  at: integer("at").notNull(),
  actor: text("actor").notNull(),
  action: text("action").notNull(),
  subject: text("subject").notNull(),
  reason: text("reason").notNull(),
  details: text("details").notNull(),
});

export const scheduleRunTable = sqliteTable("schedule_run", {
  id: integer("id").primaryKey(),
  startedAt: integer("started_at").notNull(),
  finishedAt: integer("finished_at").notNull(),
  looks: integer("looks").notNull(),
  failedLooks: integer("failed_looks").notNull(),
  decisions: text("decisions").notNull(),
});

export const erasureTable = sqliteTable("erasure", {
  id: text("id").primaryKey(),
  unit: text("unit"),
  requestedAt: integer("requested_at").notNull(),
  finishedAt: integer("finished_at"),
  experiments: integer("experiments").notNull(),
  unlinkableExperiments: integer("unlinkable_experiments").notNull().default(0),
});

export const erasureTaskTable = sqliteTable(
  "erasure_task",
  {
    experiment: text("experiment").notNull(),
    shard: integer("shard").notNull(),
    erasure: text("erasure").notNull(),
    unit: text("unit").notNull(),
    shards: integer("shards").notNull(),
    until: integer("until"),
    searchedUntil: integer("searched_until").notNull(),
    failures: integer("failures").notNull(),
  },
  (table) => [primaryKey({ columns: [table.experiment, table.shard, table.erasure] })],
);

export const decisionChainTable = sqliteTable(
  "decision_chain",
  {
    experiment: text("experiment").notNull(),
    sequence: integer("sequence").notNull(),
    at: integer("at").notNull(),
    previousHash: text("previous_hash").notNull(),
    record: text("record").notNull(),
    hash: text("hash").notNull(),
  },
  (table) => [primaryKey({ columns: [table.experiment, table.sequence] })],
);

export const decisionChainHeadTable = sqliteTable("decision_chain_head", {
  experiment: text("experiment").primaryKey(),
  sequence: integer("sequence").notNull(),
  hash: text("hash").notNull(),
});

export const decisionValueTable = sqliteTable("decision_value", {
  hash: text("hash").primaryKey(),
  value: text("value").notNull(),
});

export const webhookTable = sqliteTable("webhook", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  kind: text("kind").notNull(),
  url: text("url").notNull(),
  types: text("types").notNull(),
  secret: text("secret"),
  previousSecret: text("previous_secret"),
  previousSecretUntil: integer("previous_secret_until"),
  createdAt: integer("created_at").notNull(),
  createdBy: text("created_by").notNull(),
  lastDeliveredAt: integer("last_delivered_at"),
  disabledAt: integer("disabled_at"),
  disabledReason: text("disabled_reason"),
});

export const webhookDeliveryTable = sqliteTable(
  "webhook_delivery",
  {
    webhook: text("webhook").notNull(),
    id: text("id").notNull(),
    type: text("type").notNull(),
    body: text("body").notNull(),
    createdAt: integer("created_at").notNull(),
    nextAttemptAt: integer("next_attempt_at"),
    attempts: integer("attempts").notNull(),
    deliveredAt: integer("delivered_at"),
    lastStatus: integer("last_status"),
    lastError: text("last_error"),
  },
  (table) => [primaryKey({ columns: [table.webhook, table.id] })],
);
