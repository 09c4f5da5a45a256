-- Who is told what happens: addresses that messages are sent to. Times are epoch milliseconds.
CREATE TABLE webhook (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- 'standard' or 'slack'.
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  -- A JSON array: which messages it gets.
  types TEXT NOT NULL,
  -- What messages are signed with; it has to be readable for that. NULL for Slack, whose URL is the secret.
  secret TEXT,
  -- After a rotation, messages are signed with both until then.
  previous_secret TEXT,
  previous_secret_until INTEGER,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  last_delivered_at INTEGER,
  disabled_at INTEGER,
  disabled_reason TEXT
) WITHOUT ROWID;

-- The outbox: every message for every webhook, written in the transaction of what it tells of.
CREATE TABLE webhook_delivery (
  webhook TEXT NOT NULL,
  -- The message's id, the same at every attempt and for every webhook.
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  -- JSON, as it is signed and sent.
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  -- NULL once it was delivered or given up.
  next_attempt_at INTEGER,
  attempts INTEGER NOT NULL,
  delivered_at INTEGER,
  -- Of the last attempt: the status of the answer, or why there was none.
  last_status INTEGER,
  last_error TEXT,
  PRIMARY KEY (webhook, id)
) WITHOUT ROWID;
CREATE INDEX webhook_delivery_due ON webhook_delivery (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX webhook_delivery_age ON webhook_delivery (created_at);
