import type { EventReceipt } from "#contract/events.ts";

type Warning = EventReceipt["warnings"][number];

/** A batch may name tens of thousands of metrics that do not exist. */
const MAXIMUM_WARNINGS = 20;

/** The first warnings, with one more that says how many there are besides. */
export function capWarnings(warnings: readonly Warning[]): Warning[] {
  const told = warnings.slice(0, MAXIMUM_WARNINGS);
  const more = warnings.length - told.length;
  if (more === 0) return told;
  return [...told, { code: "more_warnings", message: `There are ${more} more warnings.` }];
}
