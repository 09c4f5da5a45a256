import { describe, expect, it } from "vitest";
import type { ConfigValue } from "#model/config/ai-config.ts";
import { findConfounded } from "#model/experiment/confounded.ts";
import { areDisjoint } from "#model/experiment/disjoint-namespaces.ts";
import { type ExperimentKind, experimentKindSchema } from "#model/experiment/experiment.ts";

const CONTROL: ConfigValue = {
  model: "small",
  provider: "one",
  prompt: "Answer.",
  system_prompt: "Be kind.",
  parameters: { temperature: 0.5 },
  context: { top_k: 3 },
};

function fieldsOf(kind: ExperimentKind, change: ConfigValue, control: ConfigValue = CONTROL): string[] {
  const values = { control, treatment: { ...control, ...change } };
  const variants = [{ key: "control" as const }, { key: "treatment" as const }];
  return findConfounded({ kind, control: "control", variants }, ({ key }) => values[key]).flatMap(
    ({ fields }) => fields,
  );
}

const CHANGES: [string, ConfigValue, ExperimentKind][] = [
  ["prompt", { prompt: "Answer shortly." }, "prompt"],
  ["model", { model: "large" }, "model"],
  ["provider", { provider: "other" }, "model"],
  ["parameters", { parameters: { temperature: 0.9 } }, "parameters"],
  ["system_prompt", { system_prompt: "Be brief." }, "system_prompt"],
  ["context", { context: { top_k: 9 } }, "context"],
];

describe("what differs besides what an experiment is about", () => {
  it.each(CHANGES)("%s is named in experiments of every other kind", (field, change, own) => {
    for (const kind of experimentKindSchema.options) {
      expect(fieldsOf(kind, change)).toEqual(kind === own ? [] : [field]);
    }
  });

  it("is told in a sentence for the treatment that it is in, and not for the others", () => {
    const values = {
      control: CONTROL,
      pure: { ...CONTROL, prompt: "Short." },
      mixed: { ...CONTROL, model: "large", extra: { tool: 1 } },
    };
    const variants = (["control", "pure", "mixed"] as const).map((key) => ({ key }));
    expect(
      findConfounded({ kind: "prompt", control: "control", variants }, ({ key }) => values[key]),
    ).toEqual([
      {
        variant: "mixed",
        fields: ["model", "extra"],
        message:
          "'mixed' differs from 'control' in its model and extra values too: what that does cannot be told apart from what the prompt does.",
      },
    ]);
  });

  it("is nothing where only the order of fields differs", () => {
    const control = { parameters: { temperature: 0.5, top_p: 0.9 } };
    expect(fieldsOf("model", { parameters: { top_p: 0.9, temperature: 0.5 } }, control)).toEqual([]);
  });

  it("is nothing where system messages are the system prompt, but is where users' messages change", () => {
    const says = (system: string, user: string): ConfigValue => ({
      messages: [
        { role: "system", content: system },
        { role: "user", content: user },
      ],
    });
    const control = says("Be kind.", "{{question}}");
    expect(fieldsOf("system_prompt", says("Be brief.", "{{question}}"), control)).toEqual([]);
    expect(fieldsOf("system_prompt", says("Be brief.", "Q: {{question}}"), control)).toEqual(["messages"]);
  });

  it("is nothing where factors vary several things on purpose, or a version is not known", () => {
    const factorial = [
      { key: "control", levels: { model: "small" } },
      { key: "treatment", levels: { model: "large" } },
    ];
    const described = { kind: "prompt" as const, control: "control" };
    const large = ({ key }: { key: string }) => (key === "control" ? CONTROL : { model: "large" });
    expect(findConfounded({ ...described, variants: factorial }, large)).toEqual([]);
    const variants = [{ key: "control" }, { key: "treatment" }];
    expect(
      findConfounded({ ...described, variants }, ({ key }) => (key === "control" ? CONTROL : undefined)),
    ).toEqual([]);
  });
});

it("two experiments are apart in disjoint ranges of one namespace only", () => {
  const first = { name: "answers", range: [0, 0.5] as [number, number] };
  const second = { name: "answers", range: [0.5, 1] as [number, number] };
  expect(areDisjoint(first, second)).toBe(true);
  expect(areDisjoint(first, first)).toBe(false);
  expect(areDisjoint(first, { ...second, name: "others" })).toBe(false);
  expect(areDisjoint(first, null)).toBe(false);
});
