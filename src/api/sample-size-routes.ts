import {
  alwaysValidSampleSize,
  fixedHorizonSampleSize,
  type SampleSizeQuestion,
} from "../analyzer/sample-size.ts";
import { type Refusal, refuse, success } from "../model/refusal.ts";
import { type SampleSizeInput, sampleSizeInput, sampleSizeReply } from "../model/sample-size.ts";
import { defineRoute } from "./route.ts";

function impossible(path: string, code: string, message: string): Refusal {
  return refuse("invalid_input", "No sample size can answer this.", [{ path, code, message }]);
}

function bernoulliDeviation(rate: number): number {
  return Math.sqrt(rate * (1 - rate));
}

function toQuestion(input: SampleSizeInput): { ok: true; question: SampleSizeQuestion } | Refusal {
  const { alpha, power, ratio, baseline } = input;
  const { kind, value } = input.minimumDetectableEffect;
  if (kind === "relative" && baseline === 0) {
    return impossible("/baseline", "zero_baseline", "a relative effect needs a baseline other than 0");
  }
  const effect = kind === "relative" ? value * Math.abs(baseline) : value;
  const common = { minimumDetectableEffect: effect, alpha, power, ratio };
  if (input.type === "mean") {
    const deviation = input.standardDeviation;
    return { ok: true, question: { ...common, controlDeviation: deviation, treatmentDeviation: deviation } };
  }
  if (baseline + effect >= 1) {
    return impossible(
      "/minimumDetectableEffect/value",
      "too_big",
      "the treatment's proportion would reach 1",
    );
  }
  return {
    ok: true,
    question: {
      ...common,
      controlDeviation: bernoulliDeviation(baseline),
      treatmentDeviation: bernoulliDeviation(baseline + effect),
    },
  };
}

export const sampleSizeRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/sample-size",
    scope: "read",
    tag: "Planning",
    summary: "How many units an experiment needs",
    body: sampleSizeInput,
    reply: sampleSizeReply,
    async handle({ body }) {
      const asked = toQuestion(body);
      if (!asked.ok) return asked;
      const { question } = asked;
      return success({
        json: {
          fixedHorizon: fixedHorizonSampleSize(question),
          alwaysValid: alwaysValidSampleSize(question),
        },
      });
    },
  }),
];
