import { useClock } from "#dashboard/data/clock.ts";
import { formatAgo, formatDateTime } from "#dashboard/format/time.ts";

/** When something happened: how long ago, and on hover the moment itself. */
export function DateTime(props: { at: number }) {
  const now = useClock();
  return (
    <time class="number" datetime={new Date(props.at).toISOString()} title={formatDateTime(props.at)}>
      {formatAgo(props.at, now())}
    </time>
  );
}
