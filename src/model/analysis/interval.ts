import * as z from "zod";

/** Both ends included; null is an end at infinity. */
export const intervalSchema = z.strictObject({ lower: z.number().nullable(), upper: z.number().nullable() });
export type Interval = z.infer<typeof intervalSchema>;

/** Whether a value lies between both ends. */
export function isWithin(value: number, { lower, upper }: Interval): boolean {
  return (lower === null || lower <= value) && (upper === null || value <= upper);
}
