import { type CauseDescription, describeCause } from "./describe-cause.ts";
import { shorten } from "./shorten.ts";

type Level = "error" | "warn" | "info";

/** All that a log line may say besides its message. What is not named here cannot get into the log. */
export interface LogFields {
  /** The key of an experiment. */
  experiment?: string | undefined;
  /** In words of our own. */
  reason?: string | undefined;
  /** Which try it was, from 1 on. */
  attempt?: number | undefined;
  /** What was thrown, told without the values that it was about. */
  cause?: unknown;
}

const MAXIMUM_CHARACTERS = 500;

interface LogLine {
  message: string;
  experiment?: string;
  reason?: string;
  attempt?: number;
  cause?: CauseDescription;
}

/** Writes one line into the log of the Worker. Neither SQL and its parameters nor units nor secrets belong there. */
export function log(level: Level, message: string, fields: LogFields = {}): void {
  const { experiment, reason, attempt, cause } = fields;
  const line: LogLine = {
    message,
    ...(experiment !== undefined && { experiment: shorten(experiment, MAXIMUM_CHARACTERS) }),
    ...(reason !== undefined && { reason: shorten(reason, MAXIMUM_CHARACTERS) }),
    ...(attempt !== undefined && { attempt }),
    ...(cause !== undefined && { cause: describeCause(cause) }),
  };
  console[level](line);
}
