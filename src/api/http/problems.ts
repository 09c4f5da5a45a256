import type { Problem } from "#contract/problem.ts";
import { firstIssues } from "#shared/input-issue.ts";
import { log } from "#shared/log.ts";
import type { ApplicationError, ErrorCode } from "#shared/result.ts";
import { shorten } from "#shared/shorten.ts";
import { isUnavailable } from "#store/database-failure.ts";
import type { FailureFormat } from "./route.ts";

/** The one place where refusals become HTTP. */
const STATUS_AND_TITLE: Record<ErrorCode, readonly [status: number, title: string]> = {
  malformed_request: [400, "The request is not complete or not well-formed"],
  request_timeout: [408, "The request took too long"],
  malformed_json: [400, "The body is not JSON"],
  body_too_large: [413, "The body is too large"],
  malformed_telemetry: [400, "The body is not OTLP"],
  unsupported_media_type: [415, "The body is of another type"],
  invalid_input: [422, "The input is not valid"],
  missing_key: [401, "An API key is needed"],
  unknown_key: [401, "The API key is not known"],
  scope_not_allowed: [403, "This needs another scope"],
  too_many_requests: [429, "Too many requests"],
  daily_quota_used_up: [429, "The daily quota is used up"],
  origin_not_allowed: [403, "The API key belongs to other pages"],
  invalid_access_token: [401, "The sign-in is not valid"],
  access_not_granted: [403, "There is no role for you here"],
  access_misconfigured: [500, "Signing in is not set up correctly"],
  cross_origin_refused: [403, "The request comes from another site"],
  not_found: [404, "There is nothing here"],
  method_not_allowed: [405, "This method is not allowed here"],
  config_not_found: [404, "There is no such AI config"],
  version_not_found: [404, "There is no such version"],
  metric_not_found: [404, "There is no such metric"],
  experiment_not_found: [404, "There is no such experiment"],
  override_not_found: [404, "There is no such override"],
  key_not_found: [404, "There is no such API key"],
  erasure_not_found: [404, "There is no such erasure"],
  decision_not_found: [404, "There is no such decision"],
  webhook_not_found: [404, "There is no such webhook"],
  holdout_not_found: [404, "There is no such holdout"],
  delivery_not_found: [404, "There is no such delivery"],
  already_exists: [409, "The key is taken"],
  limit_reached: [409, "A limit is reached"],
  impossible_experiment: [422, "The experiment is impossible"],
  transition_not_allowed: [409, "The experiment's status does not allow this"],
  revision_conflict: [409, "Someone else was faster"],
  control_not_live: [409, "The control is not live"],
  live_version_changed: [409, "Another version is live by now"],
  nothing_to_accept: [409, "The data are not in doubt"],
  config_busy: [409, "The AI config is in use"],
  metric_in_use: [409, "The metric is in use"],
  not_started: [409, "The experiment has not started"],
  decision_not_recorded: [409, "The decision's inputs are not on record"],
  decision_not_replayable: [409, "The decision cannot be computed again"],
  record_damaged: [409, "The record is damaged"],
  too_few_shared_units: [409, "The experiments share too few units"],
  different_unit_keys: [409, "The units cannot be compared"],
  no_event_accepted: [422, "No event was accepted"],
  no_exposure_accepted: [422, "No exposure was accepted"],
  not_set_up: [503, "This installation is not set up"],
  temporarily_unavailable: [503, "Temporarily unavailable"],
};

/** Of what is unavailable, unless something else is known. */
const RETRY_AFTER_SECONDS = 5;

/** Details quote keys that somebody has sent. */
const MAXIMUM_DETAIL_CHARACTERS = 1_000;

/** A refusal as a problem document (RFC 9457). */
export function describeError({
  code,
  detail,
  issues,
  extensions,
  retryAfterSeconds,
}: ApplicationError): Problem {
  const [status, title] = STATUS_AND_TITLE[code];
  const { told, more } = firstIssues(issues ?? []);
  return {
    type: `urn:bakeoff:problem:${code}`,
    title,
    status,
    code,
    detail: shorten(detail, MAXIMUM_DETAIL_CHARACTERS),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(issues && { errors: told }),
    ...(more > 0 && { moreErrors: more }),
    ...extensions,
  };
}

/**
 * What the client learns of something that was thrown: whether the database, or another storage, is to blame and asking again
 * may help, and otherwise nothing but that it happened. The cause is logged.
 */
export function describeUnexpectedError(cause: unknown): Problem {
  log("error", "a request failed", { cause });
  if (isUnavailable(cause)) {
    return describeError({
      code: "temporarily_unavailable",
      detail: "The database cannot do this right now. It is safe to send it again.",
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
  return {
    type: "urn:bakeoff:problem:internal_error",
    title: "Something went wrong on our side",
    status: 500,
    code: "internal_error",
    detail: "The request could not be completed. It is safe to send it again.",
  };
}

/**
 * Renders a problem: as problem+json, or as the protocol of its route wants it.
 * @param parameters those of the address, as they were sent
 */
export function toProblemResponse(
  problem: Problem,
  failures?: FailureFormat,
  parameters: Record<string, string> = {},
  requestHeaders: Headers = new Headers(),
): Response {
  const {
    status,
    body,
    contentType = "application/json",
  } = failures?.format(problem, parameters, requestHeaders) ?? {
    status: problem.status,
    body: JSON.stringify(problem),
    contentType: "application/problem+json",
  };
  return new Response(body, {
    status,
    headers: {
      "content-type": contentType,
      "cache-control": "no-store",
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...(status === 503 && { "retry-after": String(RETRY_AFTER_SECONDS) }),
      ...(problem.retryAfterSeconds !== undefined && { "retry-after": String(problem.retryAfterSeconds) }),
    },
  });
}
