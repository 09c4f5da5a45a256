import * as z from "zod";

/**
 * Until when an experiment's always-valid intervals hold. `maximum`: up to the maximum of units, which makes them narrower.
 * `open`: for as long as somebody looks. It follows from the rest when an experiment is created, and stays: those from
 * before there was a choice keep the intervals that they have been looked at with.
 */
export const horizonSchema = z.enum(["maximum", "open"]);
export type Horizon = z.infer<typeof horizonSchema>;
