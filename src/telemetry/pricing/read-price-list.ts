import * as z from "zod";
import { failure, ok, type Result } from "#shared/result.ts";
import { createPriceList, type PriceList } from "./price-list.ts";

const usdPerMillionTokensSchema = z.number().nonnegative();

const tokenPriceSchema = z.strictObject({
  input: usdPerMillionTokensSchema,
  output: usdPerMillionTokensSchema,
  cached_input: usdPerMillionTokensSchema.optional(),
  cache_write: usdPerMillionTokensSchema.optional(),
});

const pricesSchema = z.record(z.string().min(1), tokenPriceSchema);

/** Reads prices by the name of the model, from JSON or from what JSON has become. */
export function readPriceList(raw: unknown): Result<PriceList, string> {
  let document: unknown = raw;
  try {
    if (typeof raw === "string") document = JSON.parse(raw);
  } catch {
    return failure("it is not JSON");
  }
  const parsed = pricesSchema.safeParse(document);
  if (!parsed.success) return failure(z.prettifyError(parsed.error));
  return ok(createPriceList(Object.entries(parsed.data)));
}
