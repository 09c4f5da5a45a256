import { and, eq, inArray, lt, or } from "drizzle-orm";
import type { Databases } from "../database.ts";
import { archiveLeftoverTable } from "../schema.ts";
import { deleteObjects } from "./objects.ts";

/*
 * What is written is noted before, as a leftover, and is one until a part takes it. So whatever is cut off leaves no object that
 * nobody knows of: it might hold units that are erased later.
 */

/** Whoever writes objects is done, or was cut off, after this time. */
const ABANDONED_MILLISECONDS = 3_600_000;

/** Fewer than a statement takes parameters. */
const LEFTOVERS_AT_ONCE = 50;

/** Notes a name before anything is written under it. @param now epoch milliseconds */
export async function noteLeftover(
  { eventLog }: Pick<Databases, "eventLog">,
  name: string,
  now: number,
): Promise<void> {
  await eventLog.insert(archiveLeftoverTable).values({ name, since: now, isDoomed: false });
}

/** Dooms a name that no part has taken, and deletes its objects. */
export async function discard(
  databases: Pick<Databases, "eventLog">,
  bucket: R2Bucket,
  name: string,
  now: number,
): Promise<void> {
  await databases.eventLog
    .insert(archiveLeftoverTable)
    .values({ name, since: now, isDoomed: true })
    .onConflictDoUpdate({ target: archiveLeftoverTable.name, set: { isDoomed: true } });
  await deleteDoomed(databases, bucket, [name]);
}

async function deleteDoomed(
  { eventLog }: Pick<Databases, "eventLog">,
  bucket: R2Bucket,
  names: readonly string[],
): Promise<void> {
  await deleteObjects(bucket, names);
  const { name, isDoomed } = archiveLeftoverTable;
  await eventLog.delete(archiveLeftoverTable).where(and(inArray(name, [...names]), eq(isDoomed, true)));
}

/**
 * Deletes objects that belong to no part. No part can take a name that is doomed.
 * @param now epoch milliseconds
 */
export async function deleteLeftovers(
  databases: Pick<Databases, "eventLog">,
  bucket: R2Bucket,
  now: number,
): Promise<void> {
  const { name, since, isDoomed } = archiveLeftoverTable;
  const isAbandoned = or(eq(isDoomed, true), lt(since, now - ABANDONED_MILLISECONDS));
  const found = await databases.eventLog
    .select({ name })
    .from(archiveLeftoverTable)
    .where(isAbandoned)
    .limit(LEFTOVERS_AT_ONCE);
  if (found.length === 0) return;
  const names = found.map((leftover) => leftover.name);
  // Those that a part has taken meanwhile are no leftovers any more, and stay.
  const doomed = await databases.eventLog
    .update(archiveLeftoverTable)
    .set({ isDoomed: true })
    .where(inArray(name, names))
    .returning({ name });
  await deleteDoomed(
    databases,
    bucket,
    doomed.map((leftover) => leftover.name),
  );
}
