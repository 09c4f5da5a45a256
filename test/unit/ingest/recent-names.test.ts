import fc from "fast-check";
import { expect, it } from "vitest";
import { RecentNames } from "#ingest/recent-names.ts";

it("recent names are known as long as no more than the capacity came after them, and take bounded room", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(30), { maxLength: 200 }),
      fc.integer({ min: 1, max: 10 }),
      (added, capacity) => {
        const names = new RecentNames(capacity);
        for (const name of added) names.add(`${name}`);
        const newest = [...new Set(added.toReversed())].slice(0, capacity);
        for (const name of newest) expect(names.has(`${name}`)).toBe(true);
        const known = Array.from({ length: 31 }, (_, name) => `${name}`).filter((name) => names.has(name));
        expect(known.length).toBeLessThanOrEqual(2 * capacity);
      },
    ),
  );
});
