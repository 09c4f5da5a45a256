import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prepareConfig } from "#assigner/prepared-ruleset.ts";
import { type ConfigValue, configValueSchema, publicPartOf } from "#model/config/ai-config.ts";
import { toClientPart } from "#ruleset/client-ruleset.ts";
import { toGrowthbookFeatures } from "#ruleset/growthbook-payload.ts";
import { rulesetExperiment } from "#tools/builders/ruleset-builder.ts";

const MARKER = "m4rk3r";

const marked = fc.string({ maxLength: 8 }).map((text) => MARKER + text);
const json = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, marked, tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc.dictionary(marked, tie("value"), { maxKeys: 3 }),
}));
const object = json.object as fc.Arbitrary<Record<string, never>>;
const parameterName = fc.oneof(
  marked,
  fc.constantFrom("tools", "system", "response_format", "stop", "logit_bias", "user", "metadata"),
);

/** Values with the marker at every position but those that browsers may see. */
const value = fc.record(
  {
    model: fc.constantFrom("small", "large"),
    provider: fc.constant("acme"),
    messages: fc.array(fc.record({ role: fc.constantFrom("system", "user"), content: marked }), {
      minLength: 1,
      maxLength: 3,
    }),
    system_prompt: marked,
    parameters: fc
      .tuple(
        fc.record({ temperature: fc.double({ min: 0, max: 2, noNaN: true }), seed: fc.integer() }),
        fc.dictionary(parameterName, fc.oneof(marked, json.list, object)),
      )
      .map(([sampling, rest]) => ({
        ...rest,
        ...(rest.stop !== undefined && { stop: MARKER }),
        ...sampling,
      })),
    context: fc.record({ strategy: marked, reranker: marked, more: object }, { requiredKeys: [] }),
    extra: object,
    public: fc.constant({ theme: "dark" }),
  },
  { requiredKeys: ["model"] },
);

describe("what browsers see of a value", () => {
  it("holds nothing of any other position, by any document", () => {
    fc.assert(
      fc.property(value, (raw) => {
        const parsed = configValueSchema.parse(raw);
        const experiments = [
          rulesetExperiment("x", [0.5, 0.5], {
            variants: [
              { key: "a", version: 1, weight: 0.5, name: MARKER, levels: { factor: MARKER } },
              { key: "b", version: 2, weight: 0.5 },
            ],
          }),
          rulesetExperiment("paused", [0.5, 0.5], { status: "paused", condition: { [MARKER]: MARKER } }),
        ];
        const values = new Map([1, 2].map((version) => [version, parsed]));
        const part = { key: "answer", liveVersion: 1, values, experiments };
        const told = [
          publicPartOf(parsed),
          toClientPart(part, true),
          toGrowthbookFeatures(prepareConfig("answer", 1, values, experiments)),
        ];
        expect(JSON.stringify(told)).not.toContain(MARKER);
        expect(JSON.stringify(toClientPart(part, false))).toContain(MARKER);
      }),
    );
  });

  it("is model, provider, numeric sampling parameters and what is marked public, as they are", () => {
    const sampling = {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 4,
      max_tokens: 10,
      frequency_penalty: 1,
      seed: 7,
    };
    const shown = { model: "small", provider: "acme", public: { theme: { color: "red" } } };
    const whole: ConfigValue = { ...shown, parameters: { ...sampling, stop: ["x"], tools: [] }, prompt: "p" };
    expect(publicPartOf(whole)).toEqual({ ...shown, parameters: sampling });
  });
});
