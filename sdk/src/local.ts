import { assign } from "../../src/assigner/assign.ts";
import { type PreparedRuleset, prepareRuleset } from "../../src/assigner/prepared-ruleset.ts";
import type { Ruleset } from "../../src/model/ruleset.ts";
import type { WaitUntil } from "./api.ts";
import type { Send } from "./connection.ts";
import { Failure, toFailure } from "./failure.ts";
import { read } from "./read.ts";
import type { Question, Source } from "./source.ts";
import { within } from "./time.ts";
import type { Exposure } from "./types.ts";

/** After a failure the server is left alone for this long; the last ruleset keeps serving. */
const RETRY_MILLISECONDS = 1_000;

/** A ruleset this many times older than it should be is not served while a newer one may be had. */
const MAXIMUM_AGES = 6;

/** Exposures told already; beyond this many the oldest are forgotten, which costs only repetition. */
const REMEMBERED_EXPOSURES = 50_000;

/** Only the server sends it and only its outline is looked at: what is wrong deeper down shows as a failed assignment. */
function prepare(document: unknown): PreparedRuleset {
  if (!Array.isArray(read(document, "configs")) || !Array.isArray(read(document, "experiments"))) {
    throw new Failure("unreadable_answer", "the answer is not a ruleset");
  }
  return prepareRuleset(document as Ruleset);
}

/** Evaluates the ruleset in this process, by the Worker's own code, and reports exposures once each. */
export function createLocalSource(
  send: Send,
  refreshMs: number,
  requestTimeoutMs: number,
  expose: (exposure: Exposure, waitUntil: WaitUntil | undefined) => void,
  document?: unknown,
): Source {
  let ruleset = document === undefined ? undefined : prepare(document);
  let entityTag: string | null = null;
  let checkedAt = ruleset ? Date.now() : 0;
  let failedAt = 0;
  let failure = new Failure("no_ruleset");
  let renewal: Promise<void> | undefined;
  let renewingUntil = 0;
  const told = new Set<string>();

  async function renew(now: number): Promise<void> {
    try {
      const headers: Record<string, string> = entityTag ? { "if-none-match": entityTag } : {};
      const answer = await send("/v1/ruleset", requestTimeoutMs, { headers });
      if (answer.status !== 304) {
        ruleset = prepare(answer.body);
        entityTag = answer.headers.get("etag");
      }
      checkedAt = now;
      failedAt = 0;
    } catch (cause) {
      failure = toFailure(cause);
      failedAt = Date.now();
    }
    renewal = undefined;
  }

  /** Starts a renewal, or joins one under way; one that takes too long has died with the request it began in. */
  function startRenewal(now: number): Promise<void> {
    if (renewal && now < renewingUntil) return renewal;
    renewingUntil = now + requestTimeoutMs + RETRY_MILLISECONDS;
    renewal = renew(now);
    return renewal;
  }

  function tell(exposure: Exposure, waitUntil: WaitUntil | undefined): void {
    const { experiment, variant, period, unit } = exposure;
    const identity = `${experiment}/${variant}/${period}/${unit}`;
    if (told.has(identity)) return;
    if (told.size >= REMEMBERED_EXPOSURES)
      for (const oldest of told) {
        told.delete(oldest);
        break;
      }
    told.add(identity);
    expose(exposure, waitUntil);
  }

  function evaluate({ config, unit, attributes, covariates }: Question, waitUntil: WaitUntil | undefined) {
    if (!ruleset) throw failure;
    const result = assign(ruleset, config, unit, attributes);
    if (!result.ok) throw new Failure(result.code);
    const { assignment } = result;
    const { experiment, variant, period } = assignment;
    if (experiment !== null && variant !== null && period !== null) {
      tell({ experiment, unit, variant, period, covariates }, waitUntil);
    }
    return assignment;
  }

  return {
    assign(question, timeoutMs, waitUntil) {
      const now = Date.now();
      const age = now - checkedAt;
      if (age < refreshMs || now < failedAt + RETRY_MILLISECONDS) return evaluate(question, waitUntil);
      const work = startRenewal(now);
      waitUntil?.(work);
      if (ruleset && age < refreshMs * MAXIMUM_AGES) return evaluate(question, waitUntil);
      return within(timeoutMs, () => work).then(
        () => evaluate(question, waitUntil),
        (cause: unknown) => {
          if (ruleset) return evaluate(question, waitUntil);
          throw cause;
        },
      );
    },
  };
}
