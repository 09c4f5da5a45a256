import * as z from "zod";
import type { Databases } from "#store/database.ts";
import { readEarlierShards } from "./shards.ts";

/** A part of the log that is in order. */
export const logSourceSchema = z.strictObject({
  experiment: z.string(),
  shard: z.int(),
  /** Of all its entries, where they do not tell. */
  phase: z.int().nonnegative().optional(),
  /** The last row that counts; without it all of them do. */
  until: z.int().nonnegative().optional(),
});
export type LogSource = z.infer<typeof logSourceSchema>;

/** Where the log of a shard's units is, in the order in which it is read. @param until the last row of it that counts */
export async function sourcesOf(
  databases: Databases,
  { key, shards }: { key: string; shards: number },
  { shard, until }: { shard: number; until: number },
): Promise<LogSource[]> {
  const earlier = await readEarlierShards(databases, { key, shard }, shards);
  return [...earlier.map((place) => ({ experiment: key, ...place })), { experiment: key, shard, until }];
}
