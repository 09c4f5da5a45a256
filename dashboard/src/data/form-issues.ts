import type { z } from "zod";
import { ApiError } from "#contract/client.ts";
import { type InputIssue, toInputIssues } from "#shared/input-issue.ts";
import { failure, ok, type Result } from "#shared/result.ts";

const PLAIN_WORDS: Readonly<Record<string, string>> = {
  missing_field: "This field is required.",
};

/** Checks a form's content by the very schema with which the API checks it. */
export function checkInput<Value>(schema: z.ZodType<Value>, input: unknown): Result<Value, InputIssue[]> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return ok(parsed.data);
  return failure(toInputIssues(parsed.error.issues));
}

/** The fields that the API refused, if it was fields that it refused. A key that is taken is the key's fault. */
export function refusedFields(error: Error | null): readonly InputIssue[] {
  if (!(error instanceof ApiError)) return [];
  if (error.code === "already_exists") return [{ path: "/key", code: error.code, message: error.message }];
  return error.issues;
}

/** What is wrong with the field at a JSON pointer, in words; undefined when nothing is. */
export function issueAt(issues: readonly InputIssue[], path: string): string | undefined {
  const issue = issues.find((candidate) => candidate.path === path);
  return issue && (PLAIN_WORDS[issue.code] ?? asSentence(issue.message));
}

function asSentence(message: string): string {
  const start = message.charAt(0).toUpperCase() + message.slice(1);
  return start.endsWith(".") ? start : `${start}.`;
}
