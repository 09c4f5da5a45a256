import { invalidUnitReason } from "../../../src/model/unit/unit.ts";
import { Failure } from "./failure.ts";

/** The text that a unit goes by: whole numbers are their digits. @throws Failure `invalid_unit` */
export function toUnit(unit: unknown): string {
  // Most are texts, and many are asked for.
  if (typeof unit === "string" && invalidUnitReason(unit) === undefined) return unit;
  const text = typeof unit === "bigint" || Number.isSafeInteger(unit) ? String(unit) : unit;
  const reason =
    typeof text === "string"
      ? invalidUnitReason(text)
      : typeof text === "number"
        ? `${text} is no whole number below 2^53`
        : `a unit is a text or a whole number, not ${text === null ? "null" : typeof text}`;
  if (reason) throw new Failure("invalid_unit", reason);
  return String(text);
}
