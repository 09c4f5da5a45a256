import * as z from "zod";
import { resourceKeySchema } from "#model/identifiers.ts";
import { endpoint } from "./endpoint.ts";
import { unitSchema } from "./erasures.ts";

const MAXIMUM_UNITS_PER_REQUEST = 1_000;

export const postUnitHashes = endpoint({
  method: "POST",
  path: "/v1/units/hash",
  scope: "server",
  tag: "Results",
  summary: "The keyed hashes of units, to join what is exported with tables of one's own",
  body: z.strictObject({
    units: z.array(unitSchema).min(1).max(MAXIMUM_UNITS_PER_REQUEST),
    /** Whose units they are: an experiment keeps the unit key that it started with. Without it the present one is taken. */
    experiment: resourceKeySchema.optional(),
  }),
  reply: z
    .strictObject({
      /** By which unit key; experiments of the same one have the same hashes. */
      unitKeyId: z.string(),
      /** In the order of the units. */
      hashes: z.array(z.string()),
    })
    .meta({ id: "UnitHashes" }),
});
