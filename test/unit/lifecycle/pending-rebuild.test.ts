import { expect, it } from "vitest";
import { pendingRebuild } from "#lifecycle/pending-rebuild.ts";

it("two changes of the same millisecond wait for rebuilds of their own", () => {
  const first = pendingRebuild({ rebuildPendingSince: null }, 1_000);
  const second = pendingRebuild({ rebuildPendingSince: first }, 1_000);
  expect(first).toBe(1_000);
  expect(second).toBeGreaterThan(first);
  expect(pendingRebuild({ rebuildPendingSince: second }, 900)).toBeGreaterThan(second);
  expect(pendingRebuild({ rebuildPendingSince: second }, 5_000)).toBe(5_000);
});
