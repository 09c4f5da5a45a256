import { v7 as uuidv7 } from "uuid";
import { MAXIMUM_EXPERIMENTS_OF_CONFIG } from "#lifecycle/transitions.ts";
import type { LimitMessage, LimitName } from "#model/webhook/message.ts";
import { describeLimit } from "#reporter/describe-limit.ts";
import {
  forgetApproached,
  type LimitUse,
  listApproached,
  measureLimits,
  noteApproached,
} from "#store/approached-limits.ts";
import type { Databases } from "#store/database.ts";
import type { OutgoingMessage } from "#store/webhook-outbox.ts";
import { MOST_LOOKS_OF_A_RUN } from "./due-looks.ts";

/** Limits are reached over days. */
const MINUTES_BETWEEN = 10;
const MILLISECONDS_PER_MINUTE = 60_000;

/** The share of a limit from which it is told; events move to the archive sooner from so full a database on. */
const TOLD_SHARE = 0.8;
const TOLD_DATABASE_SHARE = 0.7;

/** What has fallen by so much is told again when it comes back. */
const RELIEF_SHARE = 0.1;

/** Of one run; what is left is told by the next one. */
const MOST_TOLD = 20;

function toldShareOf(limit: LimitName): number {
  return limit === "database_bytes" ? TOLD_DATABASE_SHARE : TOLD_SHARE;
}

function messageOf({ limit, subject: whose, used, maximum }: LimitUse, now: number): OutgoingMessage {
  const subject = whose === "" ? null : whose;
  const type = "limit.approaching";
  const message: LimitMessage = {
    type,
    timestamp: new Date(now).toISOString(),
    data: { limit, subject, used, maximum, ...describeLimit(limit, subject, used, maximum) },
  };
  return { id: `msg_${uuidv7({ msecs: now })}`, type, at: now, body: JSON.stringify(message) };
}

/**
 * Tells which limits are nearly reached, each once until it is far enough away again. Safe to overlap and to be cut off.
 * @param now epoch milliseconds
 */
export async function tellApproachedLimits(databases: Databases, now: number): Promise<void> {
  const { database } = databases;
  const [uses, told] = await Promise.all([
    measureLimits(databases, {
      runningExperiments: MOST_LOOKS_OF_A_RUN,
      experimentsOfConfig: MAXIMUM_EXPERIMENTS_OF_CONFIG,
    }),
    listApproached(database),
  ]);
  const nameOf = ({ limit, subject }: LimitUse) => `${limit}:${subject}`;
  const isOver = ({ used, maximum }: LimitUse, share: number) => used >= share * maximum;
  const isNear = (use: LimitUse) => isOver(use, toldShareOf(use.limit) - RELIEF_SHARE);
  const stillNear = uses.filter((use) => told.has(nameOf(use)) && isNear(use)).map(nameOf);
  if (stillNear.length < told.size) await forgetApproached(database, stillNear);
  const approached = uses.filter((use) => !told.has(nameOf(use)) && isOver(use, toldShareOf(use.limit)));
  for (const use of approached.slice(0, MOST_TOLD))
    await noteApproached(database, use, messageOf(use, now), now);
}

/** Whether a run of the schedule watches the limits. @param now of the run, epoch milliseconds */
export function watchesLimits(now: number): boolean {
  return Math.floor(now / MILLISECONDS_PER_MINUTE) % MINUTES_BETWEEN === 0;
}
