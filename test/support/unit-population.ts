import type { JsonObject } from "#shared/json.ts";

/** A unit with a name of many forms: plain, accented, of other scripts, beyond the basic plane, long. */
export function unitAt(index: number): string {
  const forms = [
    `user-${index}`,
    `ünit-${index}`,
    `日本-${index}`,
    `🦊${index}`,
    `${index}@example.com/${"x".repeat(50)}`,
  ];
  return forms[index % forms.length] ?? "";
}

/** What targeting conditions read of that unit. */
export function attributesAt(index: number): JsonObject {
  return {
    country: ["CA", "US", "DE"][index % 3] ?? "",
    age: index % 90,
    plan: { tier: index % 2 ? "pro" : "free" },
  };
}
