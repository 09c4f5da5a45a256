import type { PreparedRuleset } from "../../src/assigner/prepared-ruleset.ts";
import type { ClientRuleset } from "../../src/model/client-ruleset.ts";
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

/** Of this many units, and as many before them, it is known what was told; forgetting costs only repetition. */
const REMEMBERED_UNITS = 50_000;

/** What was told of each unit. */
type Memory = Map<string, { experiment: string; variant: string; period: number }[]>;

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
  let ruleset: PreparedRuleset | undefined;
  let assigner: typeof import("./assigner.ts");
  let entityTag: string | null = null;
  let checkedAt = 0;
  let failedAt = 0;
  let failure = new Failure("no_ruleset");
  let renewal: Promise<void> | undefined;
  let renewingUntil = 0;
  // Two generations make a least-recently-used memory that costs one look-up.
  let recent: Memory = new Map();
  let older: Memory = new Map();

  async function renew(now: number): Promise<void> {
    try {
      if (document === undefined) {
        const headers: Record<string, string> = entityTag ? { "if-none-match": entityTag } : {};
        const answer = await send("/v1/ruleset", requestTimeoutMs, { headers });
        if (answer.status !== 304) document = answer.body;
        entityTag = answer.headers.get("etag") ?? entityTag;
      }
      if (document !== undefined) {
        assigner = await import("./assigner.ts");
        ruleset = assigner.prepareRuleset(toRuleset(document));
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

  /** @returns true when this exposure has been told before */
  function isTold(unit: string, experiment: string, variant: string, period: number): boolean {
    let arms = recent.get(unit);
    if (!arms) {
      if (recent.size >= REMEMBERED_UNITS) {
        older = recent;
        recent = new Map();
      }
      arms = older.get(unit) ?? [];
      recent.set(unit, arms);
    }
    for (const arm of arms) {
      if (arm.experiment === experiment && arm.variant === variant && arm.period === period) return true;
    }
    arms.push({ experiment, variant, period });
    return false;
  }

  function evaluate({ config, unit, attributes, covariates }: Question, waitUntil: WaitUntil | undefined) {
    if (!ruleset) throw failure;
    const result = assigner.assign(ruleset, config, unit, attributes);
    if (!result.ok) throw new Failure(result.code);
    const { experiment, variant, period } = result.assignment;
    if (experiment !== null && variant !== null && period !== null) {
      if (!isTold(unit, experiment, variant, period)) {
        expose({ experiment, unit, variant, period, covariates }, waitUntil);
      }
    }
    return result.assignment;
  }

  return {
    assign(question, timeoutMs, waitUntil) {
      const now = Date.now();
      const age = now - checkedAt;
      if ((ruleset && age < refreshMs) || now < failedAt + RETRY_MILLISECONDS) {
        return evaluate(question, waitUntil);
      }
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
