import { createMemo, For } from "solid-js";
import { formatPercent } from "#reporter/numbers.ts";
import type { VersionShare } from "./traffic-shares.ts";
import "./traffic-change.css";

/** A share of traffic with the digits that it needs. */
export function shareWords(share: number): string {
  const percent = share * 100;
  return formatPercent(share, Math.abs(percent - Math.round(percent)) < 1e-6 ? 0 : 1);
}

/** Who gets what now and afterwards, version by version. */
export function TrafficChange(props: { before: readonly VersionShare[]; after: readonly VersionShare[] }) {
  const rows = createMemo(() => {
    const versions = new Set([...props.before, ...props.after].map(({ version }) => version));
    return [...versions]
      .toSorted((a, b) => a - b)
      .map((version) => {
        const before = props.before.find((share) => share.version === version);
        const after = props.after.find((share) => share.version === version);
        return { version, variants: before?.variants ?? after?.variants ?? [], before, after };
      });
  });
  return (
    <table class="traffic-change">
      <caption>Traffic share</caption>
      <thead>
        <tr>
          <th scope="col">Version</th>
          <th scope="col">Now</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        <For each={rows()}>
          {(row) => (
            <tr>
              <th scope="row">
                Version {row.version}
                <span class="traffic-names">
                  {[...row.variants, ...(row.before?.isLive ? ["live now"] : [])].join(", ")}
                </span>
              </th>
              <td class="number">{shareWords(row.before?.share ?? 0)}</td>
              <td class="number">
                <strong>{shareWords(row.after?.share ?? 0)}</strong>
              </td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
