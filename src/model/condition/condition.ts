import { jsonObject } from "../json.ts";
import { findConditionFaults } from "./find-faults.ts";

/** A targeting condition, in GrowthBook's MongoDB-like syntax over the attributes of a unit. */
export const targetingCondition = jsonObject.superRefine((condition, context) => {
  for (const { path, code, message } of findConditionFaults(condition)) {
    context.addIssue({ code: "custom", path: [...path], message, params: { code } });
  }
});
