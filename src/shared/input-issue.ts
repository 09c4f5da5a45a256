import type * as z from "zod";
import { shorten } from "./shorten.ts";

/** One reason why an input is refused: where (a JSON pointer), a stable code, and words. */
export interface InputIssue {
  path: string;
  code: string;
  message: string;
}

/** Of one request more reasons than this help nobody. */
const MAXIMUM_ISSUES = 20;

const MAXIMUM_PATH_CHARACTERS = 256;
const MAXIMUM_MESSAGE_CHARACTERS = 300;

/** An issue as it is told: paths and messages may quote what somebody has sent. */
export function shortenIssue({ path, code, message }: InputIssue): InputIssue {
  return {
    path: shorten(path, MAXIMUM_PATH_CHARACTERS),
    code,
    message: shorten(message, MAXIMUM_MESSAGE_CHARACTERS),
  };
}

/** The first issues, and how many more there are. */
export function firstIssues(issues: readonly InputIssue[]): { told: InputIssue[]; more: number } {
  return {
    told: issues.slice(0, MAXIMUM_ISSUES).map(shortenIssue),
    more: Math.max(0, issues.length - MAXIMUM_ISSUES),
  };
}

/** Renders a property path as a JSON pointer (RFC 6901). */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** An issue by the path of its field. */
export const inputIssue = (path: readonly PropertyKey[], code: string, message: string): InputIssue => ({
  path: toPointer(path),
  code,
  message,
});

type SchemaIssue = z.core.$ZodIssue;

function stableCode(issue: SchemaIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "missing_field" : "wrong_type";
    case "unrecognized_keys":
      return "unknown_field";
    case "too_small":
      return "too_small";
    case "too_big":
      return "too_big";
    case "invalid_format":
      return "wrong_format";
    case "custom":
      return typeof issue.params?.code === "string" ? issue.params.code : "invalid_value";
    default:
      return "invalid_value";
  }
}

/** Of a union's branches the one that the input comes closest to: what its author most likely meant. */
function closestBranch(branches: readonly SchemaIssue[][]): readonly SchemaIssue[] {
  return branches.reduce(
    (closest, branch) => (branch.length < closest.length ? branch : closest),
    branches[0] ?? [],
  );
}

/**
 * Turns schema issues into input issues: one for every unknown field, and for a union those of its closest branch, so
 * that each names its own path.
 */
export function toInputIssues(
  issues: readonly SchemaIssue[],
  prefix: readonly PropertyKey[] = [],
): InputIssue[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: toPointer([...path, key]),
        code: "unknown_field",
        message: "this field is not known here",
      }));
    }
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      return toInputIssues(closestBranch(issue.errors), path);
    }
    return [{ path: toPointer(path), code: stableCode(issue), message: issue.message }];
  });
}
