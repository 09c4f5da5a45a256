import type { InputIssue } from "./input-issue.ts";

/** Every way in which Bakeoff refuses a request. Stable: clients may branch on them. */
export type ErrorCode =
  | "malformed_request"
  | "request_timeout"
  | "malformed_json"
  | "body_too_large"
  | "malformed_telemetry"
  | "unsupported_media_type"
  | "invalid_input"
  | "missing_key"
  | "unknown_key"
  | "scope_not_allowed"
  | "origin_not_allowed"
  | "too_many_requests"
  | "daily_quota_used_up"
  | "invalid_access_token"
  | "access_not_granted"
  | "access_misconfigured"
  | "cross_origin_refused"
  | "not_found"
  | "method_not_allowed"
  | "config_not_found"
  | "version_not_found"
  | "metric_not_found"
  | "experiment_not_found"
  | "override_not_found"
  | "key_not_found"
  | "erasure_not_found"
  | "decision_not_found"
  | "webhook_not_found"
  | "holdout_not_found"
  | "delivery_not_found"
  | "already_exists"
  | "limit_reached"
  | "impossible_experiment"
  | "transition_not_allowed"
  | "revision_conflict"
  | "config_busy"
  | "metric_in_use"
  | "control_not_live"
  | "live_version_changed"
  | "nothing_to_accept"
  | "not_started"
  | "decision_not_recorded"
  | "decision_not_replayable"
  | "record_damaged"
  | "too_few_shared_units"
  | "different_unit_keys"
  | "no_event_accepted"
  | "no_exposure_accepted"
  | "not_set_up"
  | "temporarily_unavailable";

/** An expected failure that may reach HTTP: what was refused, and why. */
export interface ApplicationError {
  code: ErrorCode;
  detail: string;
  /** The fields that are at fault. */
  issues?: InputIssue[];
  /** In how long, in whole seconds, asking again may help. */
  retryAfterSeconds?: number;
  /** Further members of the problem document. */
  extensions?: Record<string, unknown>;
}

export interface Failure<Reason = ApplicationError> {
  ok: false;
  error: Reason;
}

/** A value, or why there is none. */
export type Result<Value, Reason = ApplicationError> = { ok: true; value: Value } | Failure<Reason>;

export function ok<Value>(value: Value): { ok: true; value: Value } {
  return { ok: true, value };
}

export function failure<Reason>(error: Reason): Failure<Reason> {
  return { ok: false, error };
}

/** A failure that the API tells: its stable code, a sentence, and the fields that are at fault. */
export function err(code: ErrorCode, detail: string, issues?: InputIssue[]): Failure {
  return failure(issues ? { code, detail, issues } : { code, detail });
}
