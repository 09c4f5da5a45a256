import { CopyButton } from "#dashboard/ui/copy-button.tsx";
import type { ChainHead } from "#model/analysis/chain-record.ts";
import { formatCount, plural } from "#reporter/numbers.ts";
import "./chain-end.css";

/** The hash of the newest record, to be kept elsewhere. */
export function ChainEnd(props: { head: ChainHead }) {
  return (
    <p class="chain-end timeline-note">
      {plural(formatCount(props.head.sequence), "record")}, each with the hash of the one before. The newest:{" "}
      <code>{props.head.hash}</code> <CopyButton text={props.head.hash} />
    </p>
  );
}
