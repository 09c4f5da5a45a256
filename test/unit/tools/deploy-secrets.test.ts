import { expect, it } from "vitest";
import { secretProblems } from "#config";
import { missingSecrets } from "#tools/deploy/worker.ts";

it("makes both secrets for a new Worker, fit for use and different each time", () => {
  const secrets = missingSecrets([], false);
  expect(secretProblems(secrets)).toEqual([]);
  expect(secrets.BAKEOFF_ADMIN_KEY).toMatch(/^bk_admin_/);
  expect(missingSecrets([], false)).not.toEqual(secrets);
});

it("makes the one that is missing, and none where both are there", () => {
  expect(Object.keys(missingSecrets(["BAKEOFF_ADMIN_KEY"], false))).toEqual(["BAKEOFF_UNIT_KEY"]);
  expect(missingSecrets(["BAKEOFF_ADMIN_KEY", "BAKEOFF_UNIT_KEY"], false)).toEqual({});
});

it("replaces the admin key alone when asked to", () => {
  expect(Object.keys(missingSecrets(["BAKEOFF_ADMIN_KEY", "BAKEOFF_UNIT_KEY"], true))).toEqual([
    "BAKEOFF_ADMIN_KEY",
  ]);
});
