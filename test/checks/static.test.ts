import { describe, expect, it } from "vitest";
import { complaintsOf, STATIC_CHECKS } from "#tools/checks/static-checks.ts";

/** Whole programs, and others run beside them: only a fault lasts longer. */
const PATIENCE = { timeout: 300_000 };

describe("the code", PATIENCE, () => {
  it.each(STATIC_CHECKS)("$name", async (check) => {
    expect(await complaintsOf(check)).toBe("");
  });
});
