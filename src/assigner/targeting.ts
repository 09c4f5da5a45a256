import { evalCondition } from "@growthbook/growthbook";
import type { JsonObject } from "../model/json.ts";

/** Does a unit with these attributes meet the condition? Syntax and semantics are GrowthBook's. */
export function matchesCondition(condition: JsonObject, attributes: JsonObject): boolean {
  return evalCondition(attributes, condition);
}
