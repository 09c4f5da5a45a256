import fc from "fast-check";
import { expect, it } from "vitest";
import { watchedMilliseconds } from "#model/experiment/watched-time.ts";

const arbitraryStretches = fc.array(
  fc.tuple(fc.nat(60), fc.nat(60)).map(([from, length]) => ({ from, until: from + length })),
);

it("watches for every moment since the start that is in no pause and not left out", () => {
  fc.assert(
    fc.property(arbitraryStretches, arbitraryStretches, fc.boolean(), (pauses, exclusions, isOpen) => {
      const all = isOpen ? [...pauses, { from: 50, until: null }] : pauses;
      const isWatched = (at: number) =>
        ![...all, ...exclusions].some(({ from, until }) => from <= at && at < (until ?? 70));
      const moments = Array.from({ length: 60 }, (_, index) => 10 + index).filter(isWatched);
      expect(watchedMilliseconds(10, all, exclusions, 70)).toBe(moments.length);
    }),
  );
});
