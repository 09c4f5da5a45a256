import type { InputIssue } from "../../../../src/model/issue.ts";
import { refusedFields } from "../../data/form-issues.ts";

const VALUE = "/value";

/** What the API refused within a config value, by pointers into that value. */
export function refusedValueIssues(error: Error | null): InputIssue[] {
  return refusedFields(error)
    .filter(({ path }) => path === VALUE || path.startsWith(`${VALUE}/`))
    .map((issue) => ({ ...issue, path: issue.path.slice(VALUE.length) }));
}
