import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readHandle, writeHandle } from "../../../sdk/src/handle.ts";

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const run = fc.record({
  id: fc.uuid({ version: 7 }),
  experiment: name,
  unit: fc.string({ minLength: 1, maxLength: 256, unit: "grapheme" }).filter((unit) => unit.length <= 256),
  variant: name,
  period: fc.nat(),
});

describe("a handle", () => {
  it("is read back as it was written, whatever the unit is called", () => {
    fc.assert(
      fc.property(run, (identity) => {
        expect(readHandle(writeHandle(identity))).toEqual(identity);
      }),
    );
  });

  it("travels in URLs, headers and columns as it is", () => {
    fc.assert(
      fc.property(run, (identity) => {
        expect(writeHandle(identity)).toMatch(/^b1\.[A-Za-z0-9_-]+$/);
      }),
    );
  });

  it("is short", () => {
    const identity = { id: "01890a5d-ac96-774b-bcce-b302099a8057", experiment: "shorter", unit: "user-42" };
    expect(writeHandle({ ...identity, variant: "control", period: 0 }).length).toBeLessThan(110);
  });

  it("of a run outside any experiment names nothing", () => {
    expect(readHandle(writeHandle(undefined))).toBeNull();
  });

  const whole = writeHandle({ id: "i", experiment: "e", unit: "u", variant: "v", period: 0 });
  const forged = (parts: unknown) => `b1.${btoa(JSON.stringify(parts))}`;

  it.each([
    "",
    "b1.",
    "b1.!!!",
    "nonsense",
    whole.replace("b1", "b2"),
    whole.slice(0, -3),
    forged({}),
    forged(["i", "e", "u", "v"]),
    forged(["i", "e", "", "v", 0]),
    forged(["i", "e", "u".repeat(257), "v", 0]),
    forged(["i", "e", "u", "v", "0"]),
    forged(["i", "e", "u", "v", 0, "more"]),
    forged([1, 2, 3, 4, 5]),
  ])("is refused when it has come to harm: %s", (handle) => {
    expect(() => readHandle(handle)).toThrow();
  });
});
