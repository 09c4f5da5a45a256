import type { Experiment } from "../../../../../src/model/experiment.ts";
import { Notice } from "../../../components/notice.tsx";

/** The results broken down by one event property. */
export function SegmentsTab(props: { experiment: Experiment }) {
  return (
    <Notice icon="branch" tone="neutral" title="Segments">
      <p>Choose an event property to break {props.experiment.spec.name} down by.</p>
    </Notice>
  );
}
