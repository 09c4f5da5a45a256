import { improvementSign } from "#model/metric/direction.ts";
import { activeTreatmentsOf, type DecisionInput, primaryOf } from "./checks/check.ts";

/**
 * The treatment that is best by the estimates so far, of those that go on once one leaves. None that is proven to harm a guardrail.
 * @returns null where none has an estimate
 */
export function leadingTreatment(
  input: Pick<DecisionInput, "spec" | "analysis" | "guardrails" | "switchedOff">,
  leaving: string,
): string | null {
  const whole = { ...input, startedAt: 0, now: 0 };
  const primary = primaryOf(whole);
  if (!primary) return null;
  const sign = improvementSign(primary.definition);
  const isHarmful = (wanted: string) =>
    input.guardrails.some(({ variant, verdict }) => variant === wanted && verdict === "harmed");
  const staying = activeTreatmentsOf(whole).filter((key) => key !== leaving && !isHarmful(key));
  const [best] = primary.variants
    .flatMap(({ variant, estimate, adjustedEstimate }) => {
      const merit = adjustedEstimate ?? estimate;
      return merit === null || !staying.includes(variant) ? [] : [{ variant, merit: sign * merit }];
    })
    .toSorted((a, b) => b.merit - a.merit);
  return best?.variant ?? null;
}
