import * as z from "zod";
import { resourceKeySchema } from "../identifiers.ts";

const shareOfBucketsSchema = z.number().min(0).max(1);

/** Experiments in one namespace with disjoint ranges never share a unit. */
export const namespaceSchema = z.strictObject({
  name: resourceKeySchema,
  range: z
    .tuple([shareOfBucketsSchema, shareOfBucketsSchema])
    .refine(([start, end]) => start < end, "a range starts before it ends"),
});
export type Namespace = z.infer<typeof namespaceSchema>;
