import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { switchOffVariant } from "../../src/lifecycle/transitions.ts";
import { compileAndPublish } from "../../src/ruleset/publish.ts";
import { openDatabase } from "../../src/store/database.ts";
import { findExperiment } from "../../src/store/experiments.ts";
import { createExperiment, succeed } from "../support/api-client.ts";
import { unitWith } from "../support/assigned-units.ts";

const MINUTE = 60_000;

describe("exposures of a variant that was switched off", () => {
  it("are taken for five minutes, while clients renew what they know, and refused and counted after that", async () => {
    const { key } = await createExperiment();
    const database = openDatabase(env.DB);
    const found = await findExperiment(database, key);
    if (!found.ok) throw new Error(found.detail);
    const leftAt = Date.now() - 10 * MINUTE;
    const experiment = { ...found.value, startedAt: leftAt - 10 * MINUTE };
    await env.DB.prepare("UPDATE experiment SET started_at = ? WHERE key = ?")
      .bind(experiment.startedAt, key)
      .run();
    const act = { actor: "guardrail", reason: "harm", now: leftAt };
    const left = await switchOffVariant(database, experiment, "treatment", act);
    if (!left.ok) throw new Error(left.detail);
    await compileAndPublish(database, Date.now());
    const exposure = (label: string, variant: string, timestamp: number) => ({
      experiment: key,
      unit: unitWith(label, [{ key }, variant]),
      variant,
      timestamp,
    });
    const exposures = [
      exposure("before", "treatment", leftAt - MINUTE),
      exposure("soon", "treatment", leftAt + 4 * MINUTE),
      exposure("later", "treatment", leftAt + 6 * MINUTE),
      exposure("other", "control", leftAt + 6 * MINUTE),
    ];
    // Edges know of it once they have renewed their ruleset.
    await vi.waitFor(
      async () =>
        expect(await succeed("POST", "/v1/exposures", { exposures })).toMatchObject({
          accepted: 3,
          rejected: [{ index: 2, path: "/exposures/2/variant", code: "variant_switched_off" }],
        }),
      { timeout: 15_000, interval: 500 },
    );
    await vi.waitFor(async () =>
      expect((await succeed("GET", `/v1/experiments/${key}/results`)).analysis.rejected).toBeGreaterThan(0),
    );
  });
});
