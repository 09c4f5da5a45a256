import { z } from "zod";
import { singleValue } from "#analyzer/estimates/bucket-values.ts";
import { bucketOfValue } from "#analyzer/estimates/quantile-sketch.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import { type UnitBucket, unitBucketSchema } from "#model/analysis/moments.ts";

/** Of a unit with a single value: it is the unit's sum of the metric of the same key. */
const SINGLE_VALUE = 1;

/** A value that is alone in its bucket says everything about the bucket. */
const storedBucketSchema = z.union([z.number(), unitBucketSchema]);

/** The buckets of a unit's values, by the place of their key among the metrics, or by the key. */
export const storedHistogramsSchema = z.record(
  z.string(),
  z.union([z.literal(SINGLE_VALUE), z.array(storedBucketSchema)]),
);
type StoredHistograms = z.infer<typeof storedHistogramsSchema>;

const PLACE = /^\d+$/;

function bucketOf(value: number): UnitBucket {
  const bucket = bucketOfValue(value);
  return [bucket, 1, ...singleValue(bucket === 0 ? 0 : value)];
}

/** The value of a bucket that holds one. */
function onlyValue([, count, sum]: UnitBucket): number | undefined {
  return count === 1 && sum !== undefined && sum[1] === 0 ? sum[0] : undefined;
}

/** @param s the unit's sums and counts by metric */
export function encodeHistograms(
  q: NonNullable<UnitState["q"]>,
  s: UnitState["s"],
  metrics: readonly string[],
): StoredHistograms {
  const stored: StoredHistograms = {};
  for (const [key, buckets] of Object.entries(q)) {
    const place = metrics.indexOf(key);
    const [first] = buckets;
    const [sum, count] = s[key] ?? [];
    const isSum = buckets.length === 1 && first && count === 1 && onlyValue(first) === sum;
    stored[place < 0 ? key : place] = isSum
      ? SINGLE_VALUE
      : buckets.map((bucket) => onlyValue(bucket) ?? bucket);
  }
  return stored;
}

/** @param s the unit's sums and counts by metric */
export function decodeHistograms(
  stored: StoredHistograms,
  s: UnitState["s"],
  metrics: readonly string[],
): NonNullable<UnitState["q"]> {
  return Object.fromEntries(
    Object.entries(stored).map(([name, buckets]) => {
      // No key begins with a digit.
      const key = PLACE.test(name) ? (metrics[Number(name)] ?? name) : name;
      if (buckets === SINGLE_VALUE) return [key, [bucketOf(s[key]?.[0] ?? 0)]];
      return [key, buckets.map((bucket) => (typeof bucket === "number" ? bucketOf(bucket) : bucket))];
    }),
  );
}
