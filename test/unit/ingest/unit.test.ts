import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unitIdentifierSchema, unitTextSchema } from "#model/identifiers.ts";
import { invalidUnitReason } from "#model/unit/unit.ts";

describe("a unit", () => {
  it.each(["user-42", "0", "-1", "Zoë 日本", "x".repeat(256), "null@example.com", "undefined-7", "[object"])(
    "may be called %j",
    (unit) => {
      expect(invalidUnitReason(unit)).toBeUndefined();
      expect(unitIdentifierSchema.parse(unit)).toBe(unit);
    },
  );

  it.each([
    "",
    " ",
    "\t\n",
    "undefined",
    "null",
    "NaN",
    "Infinity",
    "-Infinity",
    "None",
    "nil",
    "<nil>",
    "(null)",
    '"null"',
    "true",
    "false",
    "[object Object]",
    "[object Promise]",
    "[object Undefined]",
    "x".repeat(257),
    "\ud800",
  ])("may not be called %j: that names nobody", (unit) => {
    expect(invalidUnitReason(unit)).toEqual(expect.any(String));
    expect(unitIdentifierSchema.safeParse(unit).success).toBe(false);
    expect(unitTextSchema.safeParse(unit).success).toBe(false);
  });

  it("that is a whole number goes by its digits", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        expect(unitIdentifierSchema.parse(number)).toBe(unitIdentifierSchema.parse(String(number)));
      }),
    );
  });

  it.each([1.5, 2 ** 53, -(2 ** 53), 1e21, Number.NaN, Number.POSITIVE_INFINITY, null, true, {}, ["u"]])(
    "cannot be %j",
    (unit) => {
      expect(unitIdentifierSchema.safeParse(unit).success).toBe(false);
    },
  );
});
