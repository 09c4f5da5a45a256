import { useClock } from "#dashboard/data/clock.ts";
import { formatDateTime } from "#dashboard/format/time.ts";
import { formatAgo } from "#reporter/durations.ts";

/** When something happened: how long ago, and on hover the moment itself. */
export function DateTime(props: { at: number }) {
  const now = useClock();
  return (
    <time class="number" datetime={new Date(props.at).toISOString()} title={formatDateTime(props.at)}>
      {formatAgo(props.at, now())}
    </time>
  );
}
