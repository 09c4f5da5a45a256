import { createHash } from "node:crypto";

/** A copy in an order that looks random and depends on the seed alone. */
export function shuffled<Item extends { unit: string }>(items: readonly Item[], seed: string): Item[] {
  const rank = ({ unit }: Item): string => createHash("sha256").update(`${seed}\n${unit}`).digest("hex");
  return items
    .map((item) => ({ item, rank: rank(item) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ item }) => item);
}
