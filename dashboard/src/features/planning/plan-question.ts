import { readNumberText } from "#dashboard/format/number-text.ts";
import { type SampleSizeInput, sampleSizeInputSchema } from "#model/analysis/sample-size.ts";
import { type InputIssue, toInputIssues } from "#shared/input-issue.ts";
import { failure, ok, type Result } from "#shared/result.ts";

/** The calculator's fields as they stand in the address, so that a link shows the same answer. */
export const planFields = {
  type: "proportion",
  baseline: "70",
  deviation: "",
  experiment: "",
  metric: "",
  ask: "effect",
  effectKind: "absolute",
  effect: "3",
  units: "",
  alpha: "0.05",
  power: "0.8",
  ratio: "1",
  unitsPerDay: "",
  costPerUnit: "",
  treatments: "1",
  maximumUnits: "",
  futility: "stop",
} as const;
export type PlanField = keyof typeof planFields;
export type PlanDraft = Record<PlanField, string>;

export const planFieldNames = [
  "type",
  "baseline",
  "deviation",
  "experiment",
  "metric",
  "ask",
  "effectKind",
  "effect",
  "units",
  "alpha",
  "power",
  "ratio",
  "unitsPerDay",
  "costPerUnit",
  "treatments",
  "maximumUnits",
  "futility",
] as const satisfies readonly PlanField[];

export type PlanQuestion = Result<SampleSizeInput, InputIssue[]>;

/** Decimal shifts leave binary noise. */
function readPercent(text: string): number | string | undefined {
  const value = readNumberText(text);
  return typeof value === "number" ? Number((value / 100).toPrecision(12)) : value;
}

/** True where the difference is typed in percent or percentage points. */
export function isEffectInPercent(draft: PlanDraft, observedType: string | undefined): boolean {
  return draft.effectKind === "relative" || draft.type === "proportion" || observedType === "proportion";
}

function rawQuestion(draft: PlanDraft, observedType: string | undefined): Record<string, unknown> {
  const effect = {
    kind: draft.effectKind,
    value: isEffectInPercent(draft, observedType) ? readPercent(draft.effect) : readNumberText(draft.effect),
  };
  const common = {
    ...(draft.ask === "units"
      ? { units: readNumberText(draft.units) ?? null }
      : { minimumDetectableEffect: effect, maximumUnits: readNumberText(draft.maximumUnits) }),
    unitsPerDay: readNumberText(draft.unitsPerDay),
    alpha: readNumberText(draft.alpha),
    power: readNumberText(draft.power),
    ratio: readNumberText(draft.ratio),
    costPerUnit: readNumberText(draft.costPerUnit),
    treatments: readNumberText(draft.treatments),
    futility: draft.futility,
  };
  switch (draft.type) {
    case "observed":
      return {
        type: "observed",
        experiment: draft.experiment || undefined,
        metric: draft.metric || undefined,
        ...common,
      };
    case "mean":
      return {
        type: "mean",
        baseline: readNumberText(draft.baseline),
        standardDeviation: readNumberText(draft.deviation),
        ...common,
      };
    default:
      return { type: "proportion", baseline: readPercent(draft.baseline), ...common };
  }
}

/** What the API is to be asked, or what is still missing. @param observedType the type of the observed metric */
export function toPlanQuestion(draft: PlanDraft, observedType: string | undefined): PlanQuestion {
  const parsed = sampleSizeInputSchema.safeParse(rawQuestion(draft, observedType), { reportInput: true });
  return parsed.success ? ok(parsed.data) : failure(toInputIssues(parsed.error.issues));
}

const CURVE_FACTORS = [0.5, 0.6, 0.7, 0.85, 1, 1.2, 1.5, 2, 2.5];

/** The same question for smaller and larger differences, to see what each of them costs. */
export function curveQuestions(question: SampleSizeInput, detectable: number): SampleSizeInput[] {
  const { units: _units, maximumUnits: _maximum, minimumDetectableEffect, ...rest } = question;
  const base = minimumDetectableEffect ?? { kind: "absolute" as const, value: detectable };
  return CURVE_FACTORS.flatMap((factor) => {
    const value = Number((base.value * factor).toPrecision(6));
    const input = sampleSizeInputSchema.safeParse({
      ...rest,
      minimumDetectableEffect: { kind: base.kind, value },
    });
    return input.success ? [input.data] : [];
  });
}
