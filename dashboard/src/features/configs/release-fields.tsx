import { stageWords } from "#dashboard/format/stage-words.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { promotionPlanSchema, stagesOf } from "#model/release/promotion-plan.ts";
import type { ReleaseDraft } from "./release-draft.ts";
import { WatchedMetricsFields } from "./watched-metrics-fields.tsx";

/** Those of a release whose plan nobody has changed. */
const DEFAULT_STAGES = stagesOf(promotionPlanSchema.parse({}), 0);

/** By what a release is watched: its primary metric, and guardrails with what they tolerate. */
export function ReleaseFields(props: {
  draft: ReleaseDraft;
  metrics: readonly MetricDefinition[];
  onChange: (changes: Partial<ReleaseDraft>) => void;
}) {
  return (
    <>
      <p>
        It goes to {stageWords(DEFAULT_STAGES)}. Proven harm to one of these metrics returns all units to the
        version before.
      </p>
      <WatchedMetricsFields {...props} />
    </>
  );
}
