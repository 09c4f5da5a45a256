import { AsyncLocalStorage } from "node:async_hooks";

/** @see https://developers.cloudflare.com/d1/platform/limits/ and https://developers.cloudflare.com/workers/platform/limits/ */
const MAXIMUM_QUERIES = 1_000;
const MAXIMUM_SUBREQUESTS = 10_000;

interface Used {
  queries: number;
  subrequests: number;
}

const invocations = new AsyncLocalStorage<Used>();

/** Does the work of one invocation: what it uses is counted anew. */
export function asInvocation<Value>(work: () => Value): Value {
  return invocations.run({ queries: 0, subrequests: 0 }, work);
}

/** Counts a call of another service. @throws when the invocation has made as many as it may */
export function countSubrequest(): void {
  const used = invocations.getStore();
  if (!used) return;
  used.subrequests += 1;
  if (used.subrequests > MAXIMUM_SUBREQUESTS)
    throw new Error(`Too many subrequests by single Worker invocation: more than ${MAXIMUM_SUBREQUESTS}.`);
}

/** Counts queries of D1. @throws when the invocation has made as many as it may */
export function countQueries(queries: number): void {
  const used = invocations.getStore();
  if (!used) return;
  used.queries += queries;
  if (used.queries > MAXIMUM_QUERIES)
    throw new Error(`D1_ERROR: too many queries by single Worker invocation: more than ${MAXIMUM_QUERIES}.`);
  countSubrequest();
}
