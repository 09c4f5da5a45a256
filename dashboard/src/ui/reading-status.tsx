import { formatPercent } from "#reporter/numbers.ts";

/** That something is being read, and how much of it has been. @param progress from 0 to 1, undefined while nothing says */
export function ReadingStatus(props: { label: string; progress: number | undefined }) {
  return (
    <p class="muted" role="status">
      {props.label}… {props.progress === undefined ? "" : formatPercent(props.progress)}
    </p>
  );
}
