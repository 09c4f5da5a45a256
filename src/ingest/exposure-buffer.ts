import { type AggregatorNamespace, recordExposures } from "#aggregator/client.ts";
import type { Exposure } from "#aggregator/messages.ts";
import type { LedgerName } from "#ledger/source.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { count } from "#shared/counters.ts";
import { log } from "#shared/log.ts";
import { RecentNames } from "./recent-names.ts";

/** Exposures of many requests that arrive within this time leave in one call per aggregator. */
const COALESCE_MILLISECONDS = 5;

/** Exposures already reported by this isolate; beyond this many it starts to forget, which costs only repetition. */
const REMEMBERED_EXPOSURES = 25_000;

const ATTEMPTS = 3;

/**
 * A request that dies takes its timers and calls along. A flush this late belongs to one that has, and so does a call: what
 * it was to report is taken over by the next request. Reporting twice is harmless.
 */
const FLUSH_LOST_AFTER_MILLISECONDS = 100;
const CALL_LOST_AFTER_MILLISECONDS = 10_000;

interface Pending {
  experiment: RulesetExperiment;
  ledger: LedgerName;
  exposures: Exposure[];
  /** How many requests have died with it. */
  losses: number;
}

/** An exposure of a unit that is vouched for by an API key, by the unit's name. */
interface NamedExposure {
  phase: number;
  variant: string;
  keyId: string;
  name: string;
}

function groupOf({ key, startedAt }: RulesetExperiment, ledger: LedgerName): string {
  return `${key}/${startedAt}/${ledger}`;
}

/** With the key: what one of them has reported may have been quarantined since. */
function identityOf(group: string, { phase = 0, variant, unit, source }: Exposure): string {
  return `${group}/${phase}/${variant}/${source?.key ?? ""}/${unit}`;
}

function nameOf(
  { key, startedAt }: RulesetExperiment,
  { phase, variant, keyId, name }: NamedExposure,
): string {
  return `${key}/${startedAt}/${phase}/${variant}/${keyId}/${name}`;
}

/**
 * Reports exposures behind the answer: coalesced over the requests of an isolate, each unit once. A lost report is not a
 * lost unit: outcome events carry the variant too.
 */
export class ExposureBuffer {
  readonly #reported = new RecentNames(REMEMBERED_EXPOSURES);
  /** The same by the names of units, which for most requests saves hashing them. */
  readonly #reportedNames = new RecentNames(REMEMBERED_EXPOSURES);
  #pending = new Map<string, Pending>();
  /** What is being sent, with the time since when, in epoch milliseconds. */
  readonly #sending = new Map<Pending, number>();
  /** Until then another request is going to flush; epoch milliseconds. */
  #flushedBy = 0;

  /** Whether a unit that is vouched for has been reported, by its name. */
  hasReported(experiment: RulesetExperiment, exposure: NamedExposure): boolean {
    return this.#reportedNames.has(nameOf(experiment, exposure));
  }

  /** Notes the name of a unit that has been reported. */
  rememberName(experiment: RulesetExperiment, exposure: NamedExposure): void {
    this.#reportedNames.add(nameOf(experiment, exposure));
  }

  report(
    experiment: RulesetExperiment,
    exposure: Exposure,
    ledger: LedgerName,
    namespace: AggregatorNamespace,
    execution: Pick<ExecutionContext, "waitUntil">,
  ): void {
    const group = groupOf(experiment, ledger);
    const identity = identityOf(group, exposure);
    if (this.#reported.has(identity)) return;
    this.#reported.add(identity);
    const pending = this.#pending.get(group) ?? { experiment, ledger, exposures: [], losses: 0 };
    pending.exposures.push(exposure);
    this.#pending.set(group, pending);
    const now = Date.now();
    if (now < this.#flushedBy) return;
    this.#flushedBy = now + FLUSH_LOST_AFTER_MILLISECONDS;
    execution.waitUntil(this.#flushSoon(namespace));
  }

  async #flushSoon(namespace: AggregatorNamespace): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, COALESCE_MILLISECONDS));
    const pending = [...this.#takeOverLost(Date.now()), ...this.#pending.values()];
    this.#pending = new Map();
    this.#flushedBy = 0;
    await Promise.all(pending.map((group) => this.#send(group, namespace)));
  }

  /** A group that is lost again and again is given up: an aggregator that never answers must not fill the memory. */
  #takeOverLost(now: number): Pending[] {
    const lost = [...this.#sending].filter(([, since]) => now - since > CALL_LOST_AFTER_MILLISECONDS);
    return lost.flatMap(([group]) => {
      this.#sending.delete(group);
      group.losses += 1;
      if (group.losses < ATTEMPTS) return group;
      this.#forget(group);
      return [];
    });
  }

  async #send(group: Pending, namespace: AggregatorNamespace): Promise<void> {
    this.#sending.set(group, Date.now());
    await this.#attempt(group, namespace);
    this.#sending.delete(group);
  }

  /** Lets the next request that has one of its units report it. */
  #forget({ experiment, ledger, exposures }: Pending): void {
    const group = groupOf(experiment, ledger);
    count("exposures", { result: "dropped" }, exposures.length);
    for (const exposure of exposures) this.#reported.delete(identityOf(group, exposure));
    this.#reportedNames.clear();
  }

  async #attempt(group: Pending, namespace: AggregatorNamespace): Promise<void> {
    const { experiment, ledger, exposures } = group;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        await recordExposures(namespace, experiment, exposures, ledger);
        count("exposures", { result: "reported" }, exposures.length);
        return;
      } catch (cause) {
        log("error", "exposures could not be reported", { experiment: experiment.key, attempt, cause });
      }
    }
    this.#forget(group);
  }
}
