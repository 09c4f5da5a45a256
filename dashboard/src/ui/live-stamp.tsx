import { useClock } from "#dashboard/data/clock.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { formatAgo } from "#reporter/durations.ts";
import "./live-stamp.css";

/** How old the numbers on screen are, and whether they still move. */
export function LiveStamp(props: { takenAt: number; live: boolean; stalled: boolean }) {
  const now = useClock();
  return (
    <span class="live-stamp" data-state={props.stalled ? "stalled" : props.live ? "live" : "final"}>
      <span class="live-dot" aria-hidden="true" />
      <span>{props.stalled ? "Connection lost, trying again" : props.live ? "Live" : "Final"}</span>
      <span aria-hidden="true">·</span>
      <time
        class="number"
        datetime={new Date(props.takenAt).toISOString()}
        title={formatDateTime(props.takenAt)}
      >
        {formatAgo(props.takenAt, now())}
      </time>
    </span>
  );
}
