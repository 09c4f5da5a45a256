import { z } from "zod";
import vectors from "#test/vectors/repeated-values.json" with { type: "json" };

const valuesSchema = z.array(z.number()).min(1);
const countsSchema = z.array(z.tuple([z.number(), z.int().positive()])).min(1);
const arms = ["control", "treatment"] as const;
export type ArmName = (typeof arms)[number];

const repeatedValuesSchema = z
  .strictObject({
    name: z.string(),
    quantile: z.number(),
    units: z.int(),
    control: valuesSchema.optional(),
    treatment: valuesSchema.optional(),
    counts: z
      .strictObject({ control: countsSchema.optional(), treatment: countsSchema.optional() })
      .default({}),
    expected: z.strictObject({ control: z.number(), treatment: z.number() }),
  })
  .transform((given) => ({
    name: given.name,
    quantile: given.quantile,
    expected: given.expected,
    values: { control: valuesOf(given, "control"), treatment: valuesOf(given, "treatment") },
  }));

interface Given {
  units: number;
  control?: number[] | undefined;
  treatment?: number[] | undefined;
  counts: Partial<Record<ArmName, [number, number][] | undefined>>;
}

/** One value per unit. */
function valuesOf(given: Given, arm: ArmName): number[] {
  const counted = given.counts[arm];
  if (counted) return counted.flatMap(([value, count]) => Array<number>(count).fill(value));
  const list = given[arm] ?? [];
  return Array.from({ length: given.units }, (_, unit) => list[unit % list.length] ?? Number.NaN);
}

/** Cases whose every quantile has a bucket of its own, and cases whose values share buckets. */
export const REPEATED_VALUES = z.array(repeatedValuesSchema).parse(vectors.cases);
export const SHARED_BUCKETS = z.array(repeatedValuesSchema).parse(vectors.sharedBuckets);
