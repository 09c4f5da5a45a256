import type { Stage } from "#model/release/promotion-plan.ts";
import { formatSeconds } from "#reporter/durations.ts";
import { formatPercent } from "#reporter/numbers.ts";

/** How a release grows, as what follows "goes to": stage after stage, and then to everybody. */
export function stageWords(stages: readonly Stage[]): string {
  const steps = stages.map(
    ({ share, seconds }) => `${formatPercent(share)} of the units for ${formatSeconds(seconds)}`,
  );
  return `${steps.join(", then to ")}, and then to everybody`;
}
