import type { FetchInit } from "../api.ts";
import { Failure, toFailure } from "../util/failure.ts";
import { read } from "../util/read.ts";
import { within } from "../util/time.ts";

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Sends one request. @throws Failure, for everything that is not a success with readable JSON, or 304 */
export type Send = (path: string, timeoutMs: number, init: Partial<FetchInit>) => Promise<Answer>;

/** Retry-After: seconds, or a date. */
function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get("retry-after");
  if (!text) return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return milliseconds >= 0 ? milliseconds : undefined;
}

/** What waits for tomorrow would hold up what counts; and it decides nothing. */
const UNTIL_TOMORROW = "daily_quota_used_up";

/** Only Bakeoff itself refuses for good, with a problem that has a code; whatever stands in between may recover. */
function toRefusal({ status, headers, body }: Answer): Failure {
  const code = read(body, "code");
  const mayRecover = status >= 500 || status === 408 || (status === 429 && code !== UNTIL_TOMORROW);
  const isFinal = typeof code === "string" && !mayRecover;
  return new Failure(
    typeof code === "string" ? code : `http_${status}`,
    String(read(body, "detail") ?? `the server answered ${status}`),
    isFinal ? status : 0,
    retryAfterOf(headers),
    body,
  );
}

export function createConnection(
  url: string,
  key: string,
  fetch: (input: string, init: FetchInit) => Promise<Response>,
): Send {
  const base = url.replace(/\/+$/, "");
  return (path, timeoutMs, init) =>
    within(timeoutMs, async (signal) => {
      const response = await fetch(base + path, {
        ...init,
        signal,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...init.headers },
      });
      const { status, headers } = response;
      const text = await response.text();
      let body: unknown;
      try {
        body = text && JSON.parse(text);
      } catch {
        // What is not JSON has no code either.
        if (response.ok) throw new Failure("unreadable_answer", "the answer is not JSON");
      }
      const answer = { status, headers, body };
      if (response.ok || status === 304) return answer;
      throw toRefusal(answer);
    }).catch((cause: unknown) => {
      throw toFailure(cause, "network_error");
    });
}
