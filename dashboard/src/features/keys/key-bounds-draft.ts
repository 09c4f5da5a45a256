import type { z } from "zod";
import type { KeyScope, keyBoundsSchema } from "#model/key/api-key.ts";
import type { InputIssue } from "#shared/input-issue.ts";

const DAY_IN_MILLISECONDS = 86_400_000;

/** A key's bounds while they are typed; an empty field binds to nothing. */
export interface KeyBoundsDraft {
  configs: string;
  origins: string;
  days: string;
}

export const noBounds: KeyBoundsDraft = { configs: "", origins: "", days: "" };

/** What is separated by blanks, commas or new lines. */
function listOf(text: string): string[] | null {
  const entries = text.split(/[\s,]+/).filter(Boolean);
  return entries.length > 0 ? entries : null;
}

/** The bounds as the API takes them. Only browsers name an origin, so that keys of other scopes have none. */
export function toBounds(
  draft: KeyBoundsDraft,
  scope: KeyScope,
  now: number,
): z.input<typeof keyBoundsSchema> {
  return {
    configs: listOf(draft.configs),
    origins: scope === "client" ? listOf(draft.origins) : null,
    expiresAt: draft.days.trim() === "" ? null : now + Number(draft.days) * DAY_IN_MILLISECONDS,
  };
}

/** What is wrong with the days. The API takes an end that has passed, which nobody means here. */
export function daysIssues({ days }: KeyBoundsDraft): InputIssue[] {
  if (/^\s*$|^\s*[1-9]\d{0,3}\s*$/.test(days)) return [];
  return [
    { path: "/expiresAt", code: "out_of_range", message: "enter a whole number of days, from 1 to 9999" },
  ];
}

/** The first issue of a list or of one of its entries, placed at the list. */
export function issueOfList(issues: readonly InputIssue[], path: string): readonly InputIssue[] {
  const issue = issues.find((candidate) => candidate.path === path || candidate.path.startsWith(`${path}/`));
  return issue ? [{ ...issue, path }] : [];
}
