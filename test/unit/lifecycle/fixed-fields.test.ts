import { describe, expect, it } from "vitest";
import { runningChangeSchema } from "#contract/running-change.ts";
import { findFixedFields } from "#lifecycle/change/fixed-fields.ts";
import { experimentInputSchema } from "#model/experiment/experiment.ts";

describe("every field of an experiment", () => {
  it.each(Object.keys(experimentInputSchema.shape))(
    "'%s' may change while it runs, or says why not",
    (name) => {
      const { issues, rest } = findFixedFields({ [name]: null });
      const mayChange = Object.hasOwn(runningChangeSchema.shape, name);
      expect(issues.length).toBe(mayChange ? 0 : 1);
      expect(rest).toEqual(mayChange ? { [name]: null } : {});
      for (const { message } of issues) expect(message.length).toBeGreaterThan(20);
    },
  );
});
