import { refusedFields } from "#dashboard/data/form-issues.ts";
import type { InputIssue } from "#shared/input-issue.ts";

const VALUE = "/value";

/** What the API refused within a config value, by pointers into that value. */
export function refusedValueIssues(error: Error | null): InputIssue[] {
  return refusedFields(error)
    .filter(({ path }) => path === VALUE || path.startsWith(`${VALUE}/`))
    .map((issue) => ({ ...issue, path: issue.path.slice(VALUE.length) }));
}
