import * as z from "zod";
import type { LogEntry } from "#ledger/log-entry.ts";
import type { Source } from "#ledger/source.ts";
import type { Stretch } from "#model/experiment/exclusion.ts";

/** A key whose word counts nowhere from a moment on, neither its own nor what it has signed. */
export const quarantineSchema = z.strictObject({
  /** The id of the key. */
  key: z.string(),
  /** Of what was received, in epoch milliseconds. */
  from: z.int().nonnegative(),
});
export type Quarantine = z.infer<typeof quarantineSchema>;

/** What of the log counts nowhere. */
export interface LeftOut {
  quarantines: readonly Quarantine[];
  exclusions: readonly Stretch[];
}

/** Whether a quarantine leaves an entry of the log out. Exposures from before their receipt was kept go by their own time. */
export function isQuarantined(entry: LogEntry, quarantines: readonly Quarantine[]): boolean {
  if (entry.kind === "erasure") return false;
  return quarantines.some(
    ({ key, from }) =>
      (entry.key === key || entry.signedBy === key) && (entry.receivedAt ?? entry.at) >= from,
  );
}

/** Whether anything that comes from this source now is left out. */
export function comesFromQuarantined(
  source: Source | undefined,
  quarantines: readonly Quarantine[],
): boolean {
  return quarantines.some(({ key }) => source?.key === key || source?.signedBy === key);
}
