import { readEventRetentionDays } from "#config";
import { ageOf } from "#event-log/archive/age.ts";
import { moveOldChunks } from "#event-log/archive/move-old-chunks.ts";
import { log } from "#shared/log.ts";
import { openDatabases, readDatabaseBytes } from "#store/database.ts";

/** How long one run moves events: far less than an invocation may take. */
const MILLISECONDS_PER_RUN = 8_000;

/**
 * Moves old events into the archive, where the installation has one. Safe to be cut off anywhere, to be repeated and to overlap.
 * @param now epoch milliseconds
 */
export async function archiveOldEvents(environment: Env, now: number): Promise<void> {
  const databases = openDatabases(environment);
  const { archive, eventLog } = databases;
  if (!archive) return;
  const deadline = Date.now() + MILLISECONDS_PER_RUN;
  try {
    const age = ageOf(readEventRetentionDays(environment), await readDatabaseBytes(eventLog), now);
    await moveOldChunks(databases, archive, age, now, () => Date.now() >= deadline);
  } catch (cause) {
    log("error", "old events could not be archived", { cause });
  }
}
