import * as z from "zod";
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
