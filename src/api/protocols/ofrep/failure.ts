import { type OfrepErrorCode, type OfrepFailure, ofrepFailureSchema } from "#contract/ofrep.ts";
import type { Problem } from "#contract/problem.ts";
import type { FailureFormat } from "../../http/route.ts";

function lacksTargetingKey({ errors }: Problem): boolean {
  return (errors ?? []).some(
    ({ path, code }) =>
      path === "/context/targetingKey" && (code === "missing_field" || code === "too_small"),
  );
}

function codeAndStatusOf(problem: Problem): [OfrepErrorCode, number] {
  switch (problem.code) {
    case "malformed_json":
      return ["PARSE_ERROR", 400];
    case "invalid_input":
      return [lacksTargetingKey(problem) ? "TARGETING_KEY_MISSING" : "INVALID_CONTEXT", 400];
    case "not_found":
    case "config_not_found":
      return ["FLAG_NOT_FOUND", 404];
    case "version_not_found":
      return ["GENERAL", 500];
    default:
      return ["GENERAL", problem.status];
  }
}

/** A problem in OFREP's words. @param key the flag that was asked for, if it was one */
export function toOfrepFailure(problem: Problem, key?: string): OfrepFailure {
  const [errorCode] = codeAndStatusOf(problem);
  const validationErrors = (problem.errors ?? []).map(({ path, message }) => `${path}: ${message}`);
  return {
    ...(key !== undefined && { key }),
    errorCode,
    errorDetails: [problem.detail, ...validationErrors].join(" "),
  };
}

/** Published clients read an error only with these statuses, and only if it names flag and code. */
export const ofrepFailures: FailureFormat = {
  schema: ofrepFailureSchema,
  format: (problem, parameters) => ({
    status: codeAndStatusOf(problem)[1],
    body: JSON.stringify(toOfrepFailure(problem, parameters.key)),
  }),
};
