import type { ClientRuleset } from "../../../src/contract/ruleset.ts";
import type { WaitUntil } from "../api.ts";
import type { Send } from "../transport/connection.ts";
import type { Exposure } from "../types.ts";
import { Failure, toFailure } from "../util/failure.ts";
import { freeze } from "../util/freeze.ts";
import { read } from "../util/read.ts";
import { pause, within } from "../util/time.ts";
import type { LocalAssigner } from "./assigner.ts";
import type { AssignmentQuery, Source } from "./source.ts";

/** After a failure the server is left alone for this long; the last ruleset keeps serving. */
const RETRY_MILLISECONDS = 1_000;

/** A ruleset this many times older than it should be is not served while a newer one may be had and waited for. */
const MAXIMUM_AGES = 6;

/** How many calls of one turn share a look at the clock. */
const CALLS_PER_LOOK = 1_000;

export interface LocalOptions {
  send: Send;
  refreshMs: number;
  requestTimeoutMs: number;
  /** A ruleset to start with. */
  ruleset: unknown;
  expose: (exposure: Exposure, waitUntil: WaitUntil | undefined) => void;
}

/** Only the server sends it and only its outline is looked at: what is wrong deeper down shows as a failed assignment. */
function toRuleset(document: unknown): ClientRuleset {
  if (Array.isArray(read(document, "configs")) && Array.isArray(read(document, "experiments"))) {
    return document as ClientRuleset;
  }
  throw new Failure("unreadable_answer", "the answer is not a ruleset");
}

/** Evaluates the ruleset in this process, by the Worker's own code, and reports exposures once each. */
export function createLocalSource(options: LocalOptions): Source {
  const { send, refreshMs, requestTimeoutMs, expose } = options;
  let document = options.ruleset;
  let assigner: LocalAssigner | undefined;
  let hasRuleset = false;
  let entityTag: string | null = null;
  let checkedAt = 0;
  let failedAt = 0;
  let failure = new Failure("no_ruleset", "the first ruleset has not arrived yet");
  let renewal: Promise<void> | undefined;
  let renewingUntil = 0;
  let callsBeforeLook = 0;

  async function renew(now: number): Promise<void> {
    try {
      if (document === undefined) {
        const headers: Record<string, string> = entityTag ? { "if-none-match": entityTag } : {};
        const answer = await send("/v1/ruleset", requestTimeoutMs, { headers });
        // Who has nothing cannot be told that nothing has changed.
        if (answer.status !== 304 || !hasRuleset) document = answer.body;
        entityTag = answer.headers.get("etag") ?? entityTag;
      }
      if (document !== undefined) {
        assigner ??= (await import("./assigner.ts")).createAssigner(expose);
        // A copy: the app's own ruleset must not freeze.
        assigner.load(freeze(structuredClone(toRuleset(document))));
        hasRuleset = true;
      }
      checkedAt = now;
      failedAt = 0;
    } catch (cause) {
      failure = toFailure(cause);
      failedAt = Date.now();
      entityTag = null;
    }
    document = renewal = undefined;
  }

  /** Starts a renewal, or joins one under way; one that takes too long has died with the request it began in. */
  function startRenewal(now: number): Promise<void> {
    if (renewal && now < renewingUntil) return renewal;
    renewingUntil = now + requestTimeoutMs + RETRY_MILLISECONDS;
    renewal = renew(now);
    return renewal;
  }

  function isDue(now: number): boolean {
    return (!hasRuleset || now - checkedAt >= refreshMs) && now >= failedAt + RETRY_MILLISECONDS;
  }

  function evaluate(config: string, question: AssignmentQuery, waitUntil: WaitUntil | undefined) {
    if (!assigner || !hasRuleset) throw failure;
    const result = assigner.assign(config, question, waitUntil);
    if (!result.ok) throw new Failure(result.code);
    return result.assignment;
  }

  return {
    assign(config, question, timeoutMs, waitUntil) {
      const now = Date.now();
      if (!isDue(now)) return evaluate(config, question, waitUntil);
      const work = startRenewal(now);
      waitUntil?.(work);
      if (hasRuleset && now - checkedAt < refreshMs * MAXIMUM_AGES) {
        return evaluate(config, question, waitUntil);
      }
      return within(timeoutMs, () => work).then(
        () => evaluate(config, question, waitUntil),
        (cause: unknown) => {
          if (hasRuleset) return evaluate(config, question, waitUntil);
          throw cause;
        },
      );
    },
    assignNow(config, question, waitUntil) {
      // Nothing arrives before this turn ends, and no later call of it can learn anything new from the clock.
      if (callsBeforeLook-- <= 0) {
        callsBeforeLook = CALLS_PER_LOOK;
        queueMicrotask(() => {
          callsBeforeLook = 0;
        });
        const now = Date.now();
        if (isDue(now)) {
          const work = startRenewal(now);
          waitUntil?.(work);
        }
      }
      return evaluate(config, question, waitUntil);
    },
    async ready(timeoutMs) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const now = Date.now();
        if (hasRuleset || now >= deadline) return hasRuleset;
        const work = isDue(now) ? startRenewal(now) : undefined;
        await pause(Math.min(deadline, work ? deadline : failedAt + RETRY_MILLISECONDS) - now, work);
      }
    },
  };
}
