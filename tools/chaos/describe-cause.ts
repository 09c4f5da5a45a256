import { ApiError } from "#contract/client.ts";

/** What failed and where, with what the API says of it. */
export function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const issues = cause instanceof ApiError ? ` ${cause.code} ${JSON.stringify(cause.issues)}` : "";
  return `${cause.stack}${issues}`;
}
