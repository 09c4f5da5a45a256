import { describe, expect, it } from "vitest";
import { experimentExamples } from "#contract/examples.ts";
import { configValueSchema } from "#model/config/ai-config.ts";
import { type Catalog, checkExperiment } from "#model/experiment/checks.ts";
import { experimentKindSchema } from "#model/experiment/experiment.ts";
import { metricDefinitionSchema } from "#model/metric/metric.ts";
import { findForbiddenPath } from "#shared/json.ts";

const catalog: Catalog = {
  metrics: [
    "task_success",
    "output_tokens",
    "input_tokens",
    "hallucination",
    "cost_usd",
    "latency_ms",
    "user_satisfaction",
    "error",
    "refusal",
  ].map((key) => ({ key, type: "mean", distribution: key === "latency_ms" })),
  configVersions: new Set([1, 2, 3]),
  liveVersion: 1,
};

function faultsOf(raw: unknown): string[] {
  const checked = checkExperiment(raw, catalog);
  return checked.ok ? [] : checked.error.map(({ path, code }) => `${path} ${code}`);
}

const good = experimentExamples.model;

describe("experiments", () => {
  it.each(experimentKindSchema.options)("accepts the example of kind %s", (kind) => {
    expect(faultsOf(experimentExamples[kind])).toEqual([]);
    expect(experimentExamples[kind].kind).toBe(kind);
  });

  it("takes the live version's variant as control when none is named", () => {
    const { control: _control, ...rest } = good;
    expect(checkExperiment(rest, catalog)).toMatchObject({ ok: true, value: { control: "current" } });
  });

  it("names every reason at once, each with its path", () => {
    const faults = faultsOf({
      ...good,
      key: "no spaces allowed",
      kind: "color",
      variants: [
        { key: "a", version: 1, weight: 0.5 },
        { key: "a", version: 9, weight: 0.4 },
      ],
      control: "c",
      metrics: [
        { metric: "nonsense", role: "primary" },
        { metric: "error", role: "guardrail" },
        { metric: "error", role: "primary" },
      ],
      rule: { type: "non_inferiority", objective: "cost_usd" },
      minimumUnits: 100,
      maximumUnits: 50,
      surprise: true,
    });
    expect(faults.sort()).toEqual(
      [
        "/key wrong_format",
        "/kind invalid_value",
        "/surprise unknown_field",
        "/variants/1/key duplicate_variant_key",
        "/variants weights_do_not_sum_to_1",
        "/variants/1/version unknown_version",
        "/control control_is_no_variant",
        "/metrics one_primary_metric",
        "/metrics/0/metric unknown_metric",
        "/metrics/1/margin margin_required",
        "/metrics/2/metric duplicate_metric",
        "/rule/margin missing_field",
        "/rule/objective objective_is_no_secondary_metric",
        "/maximumUnits maximum_below_minimum",
      ].sort(),
    );
  });

  it.each([
    ["one variant", { variants: [{ key: "a", version: 1, weight: 1 }] }, "/variants too_small"],
    [
      "eleven variants",
      {
        variants: Array.from({ length: 11 }, (_, index) => ({
          key: `v${index}`,
          version: 1,
          weight: 1 / 11,
        })),
      },
      "/variants too_big",
    ],
    ["an unknown AI config", { config: "other" }, ""],
    [
      "no primary metric",
      { metrics: [{ metric: "error", role: "secondary" }] },
      "/metrics one_primary_metric",
    ],
    ["a coverage of 0", { coverage: 0 }, "/coverage too_small"],
    [
      "a backward namespace range",
      { namespace: { name: "n", range: [0.6, 0.2] } },
      "/namespace/range invalid_value",
    ],
    [
      "a negative weight",
      { variants: [{ key: "a", version: 1, weight: -1 }] },
      "/variants/0/weight too_small",
    ],
    [
      "a prototype key as variant",
      { variants: [{ key: "constructor", version: 1, weight: 1 }] },
      "/variants/0/key invalid_value",
    ],
    [
      "a margin on a secondary metric",
      { metrics: [{ metric: "error", role: "secondary", margin: { kind: "absolute", value: 1 } }] },
      "/metrics/0/margin margin_not_allowed",
    ],
  ])("refuses %s", (_name, change, fault) => {
    const unknownConfig = { ...catalog, configVersions: undefined };
    const checked = checkExperiment({ ...good, ...change }, fault === "" ? unknownConfig : catalog);
    expect(checked.ok).toBe(false);
    const faults = checked.ok ? [] : checked.error.map(({ path, code }) => `${path} ${code}`);
    expect(faults).toContain(fault === "" ? "/config unknown_config" : fault);
  });

  it("asks for a control when no variant is live", () => {
    const { control: _control, ...rest } = good;
    const checked = checkExperiment(rest, { ...catalog, liveVersion: 3 });
    expect(checked).toMatchObject({ ok: false, error: [{ path: "/control", code: "no_variant_is_live" }] });
  });
});

describe("config values", () => {
  it("accept unknown models and extra parameters", () => {
    const value = { model: "made-up-9000", parameters: { temperature: 0.2, reasoning_effort: "low" } };
    expect(configValueSchema.parse(value)).toEqual(value);
  });

  it.each([
    [{}, "an empty value"],
    [{ parameters: { temperature: 3 } }, "a temperature of 3"],
    [{ parameters: { top_p: 0 } }, "a top_p of 0"],
    [{ parameters: { max_tokens: 1.5 } }, "half a token"],
    [{ prompt: "a", messages: [{ role: "user", content: "b" }] }, "prompt and messages"],
    [{ messages: [{ role: "robot", content: "b" }] }, "an unknown role"],
    [{ context: { chunk_size: 100, chunk_overlap: 100 } }, "chunks that overlap wholly"],
    [{ modle: "typo" }, "a misspelled field"],
  ])("refuse %j: %s", (value, _why) => {
    expect(configValueSchema.safeParse(value).success).toBe(false);
  });
});

describe("metric definitions", () => {
  it.each([
    { type: "quantile" },
    { type: "mean", quantile: 0.5, source: "latency_ms" },
    { type: "proportion", cap: 1 },
    { type: "mean", minimum: 2, maximum: 1 },
    { type: "mean", cap: -1 },
  ])("refuse %j", (change) => {
    const metric = { key: "m", name: "M", direction: "increase", ...change };
    expect(metricDefinitionSchema.safeParse(metric).success).toBe(false);
  });
});

describe("foreign JSON", () => {
  it("is searched for keys that reach a prototype, at any depth", () => {
    expect(findForbiddenPath(JSON.parse('{"a":[{"__proto__":1}]}'))).toEqual({
      path: ["a", 0, "__proto__"],
      code: "forbidden_key",
    });
    expect(findForbiddenPath({ fine: [1, { also: null }] })).toBeUndefined();
  });

  it("may not be nested without end", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`);
    expect(findForbiddenPath(deep)?.code).toBe("nested_too_deep");
  });
});
