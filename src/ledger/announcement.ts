import type { ObservedEntry } from "./log-entry.ts";
import type { UnitState } from "./unit-state.ts";

/**
 * Whether a unit was known before it had any outcome. An exposure that is received together with an outcome, or after it, says
 * nothing of units that were lost before: both would be missing. Times are epoch milliseconds; at most one of them is set.
 */
export interface Announcement {
  exposedAt: number | undefined;
  /** Of the first outcome, where no exposure was received before it. */
  respondedAt: number | undefined;
}

export function announcementOf({ g, f }: Pick<UnitState, "g" | "f">): Announcement {
  return { exposedAt: g, respondedAt: f };
}

/** What an exposure, or a unit's first outcome, makes of it. An exposure may arrive after an outcome that was received later. */
export function announcementAfter(
  before: Announcement,
  entry: Pick<ObservedEntry, "kind" | "receivedAt" | "at">,
): Announcement {
  const receivedAt = entry.receivedAt ?? entry.at;
  const { exposedAt, respondedAt } = before;
  if (entry.kind === "exposure") {
    const isEarlier = exposedAt === undefined && receivedAt < (respondedAt ?? Number.POSITIVE_INFINITY);
    return isEarlier ? { exposedAt: receivedAt, respondedAt: undefined } : before;
  }
  const isAnnounced = exposedAt !== undefined && exposedAt < receivedAt;
  return isAnnounced ? before : { exposedAt: undefined, respondedAt: receivedAt };
}
