import { Show } from "solid-js";
import type { DifferenceScale } from "./difference-scale.ts";
import { clip, type IntervalView } from "./interval-view.ts";
import "./interval-mark.css";

/** Where the tolerated harm ends on an axis of differences, and on which side the harm lies. */
export interface MarginLine {
  at: number;
  harmSide: 1 | -1;
}

/**
 * One difference with both of its intervals as high as the table row it stands in, so that rows below each other make one
 * plot. Only what moved is drawn anew.
 */
export function IntervalMark(props: {
  scale: DifferenceScale;
  margin: MarginLine | null;
  /** Left out in rows without a difference: zero and margin still pass through. */
  view?: IntervalView | undefined;
  label: string;
}) {
  const always = (view: IntervalView) => clip(view.difference.alwaysValid.interval, props.scale.domain);
  const fixed = (view: IntervalView) => clip(view.difference.interval, props.scale.domain);
  const at = (value: number) => props.scale.position(value);
  return (
    <svg
      class="interval-mark"
      role={props.view ? "img" : undefined}
      aria-label={props.view ? props.label : undefined}
      aria-hidden={props.view ? undefined : "true"}
    >
      <Show when={props.margin}>
        {(margin) => (
          <>
            <rect
              class="interval-harm"
              x={margin().harmSide > 0 ? at(margin().at) : "0%"}
              width={margin().harmSide > 0 ? `${100 - Number.parseFloat(at(margin().at))}%` : at(margin().at)}
              y="0"
              height="100%"
            />
            <line class="interval-margin" x1={at(margin().at)} x2={at(margin().at)} y1="0" y2="100%" />
          </>
        )}
      </Show>
      <line class="interval-zero" x1={at(0)} x2={at(0)} y1="0" y2="100%" />
      <Show when={props.view}>
        {(view) => (
          <g data-effect={view().effect}>
            <title>{props.label}</title>
            <line
              class="interval-always"
              x1={at(always(view()).x1)}
              x2={at(always(view()).x2)}
              y1="50%"
              y2="50%"
            />
            <line
              class="interval-fixed"
              x1={at(fixed(view()).x1)}
              x2={at(fixed(view()).x2)}
              y1="50%"
              y2="50%"
            />
            <circle class="interval-estimate" cx={at(view().difference.estimate)} cy="50%" r="5" />
          </g>
        )}
      </Show>
    </svg>
  );
}
