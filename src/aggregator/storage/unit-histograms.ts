import { singleValue } from "#analyzer/estimates/bucket-values.ts";
import { bucketOfValue } from "#analyzer/estimates/quantile-sketch.ts";
import type { UnitState } from "#ledger/unit-state.ts";
import type { UnitBucket } from "#model/analysis/moments.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type NameList, readName, writeName } from "./name-list.ts";
import { FIRST_FREE } from "./number-tags.ts";

type Histograms = NonNullable<UnitState["q"]>;

/** What a bucket begins with that is not just the only value in it. */
const WITH_VALUES = FIRST_FREE;
const WITHOUT_VALUES = FIRST_FREE + 1;

function bucketOf(value: number): UnitBucket {
  const bucket = bucketOfValue(value);
  return [bucket, 1, ...singleValue(bucket === 0 ? 0 : value)];
}

/** The value of a bucket that holds one and therefore says everything about the bucket. */
function onlyValue([, count, sum]: UnitBucket): number | undefined {
  return count === 1 && sum !== undefined && sum[1] === 0 ? sum[0] : undefined;
}

function writeBucket(writer: ByteWriter, stored: UnitBucket): void {
  const value = onlyValue(stored);
  if (value !== undefined) {
    writer.number(value);
    return;
  }
  const [bucket, count, sum, fingerprint] = stored;
  writer.byte(sum ? WITH_VALUES : WITHOUT_VALUES);
  writer.signed(bucket);
  writer.signed(count);
  if (!sum) return;
  writer.number(sum[0]);
  writer.number(sum[1]);
  writer.integer(fingerprint ?? 0);
}

function readBucket(reader: ByteReader): UnitBucket {
  const kind = reader.peek();
  if (kind < FIRST_FREE) return bucketOf(reader.number());
  reader.byte();
  if (kind > WITHOUT_VALUES) throw new Error("a row holds a bucket of a kind that is not known");
  const [bucket, count] = [reader.signed(), reader.signed()];
  if (kind === WITHOUT_VALUES) return [bucket, count];
  return [bucket, count, [reader.number(), reader.number()], reader.integer()];
}

/**
 * Writes the buckets of a unit's values. Those of a metric with a single value are left out: it is the metric's sum.
 * @param s the unit's sums and counts by metric
 */
export function writeHistograms(
  writer: ByteWriter,
  q: Histograms,
  s: UnitState["s"],
  metrics: NameList,
): void {
  const entries = Object.entries(q);
  writer.integer(entries.length);
  for (const [key, buckets] of entries) {
    const [first] = buckets;
    const [sum, count] = s[key] ?? [];
    const isSum = buckets.length === 1 && first !== undefined && count === 1 && onlyValue(first) === sum;
    writeName(writer, key, metrics, isSum);
    if (isSum) continue;
    writer.integer(buckets.length);
    for (const bucket of buckets) writeBucket(writer, bucket);
  }
}

/** @param s the unit's sums and counts by metric */
export function readHistograms(reader: ByteReader, s: UnitState["s"], metrics: NameList): Histograms {
  const entries = reader.list((): [string, UnitBucket[]] => {
    const { name, isMarked } = readName(reader, metrics);
    return [name, isMarked ? [bucketOf(s[name]?.[0] ?? 0)] : reader.list(() => readBucket(reader))];
  });
  return Object.fromEntries(entries);
}
