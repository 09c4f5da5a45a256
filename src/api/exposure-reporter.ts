import type { Exposure, LedgerName } from "../aggregator/messages.ts";
import { type AggregatorNamespace, recordExposures } from "../aggregator/shards.ts";
import type { RulesetExperiment } from "../model/ruleset.ts";

/** Exposures of many requests that arrive within this time leave in one call per aggregator. */
const COALESCE_MILLISECONDS = 5;

/** Exposures already reported by this isolate; beyond this many it starts to forget, which costs only repetition. */
const REMEMBERED_EXPOSURES = 50_000;

const ATTEMPTS = 3;

interface Pending {
  experiment: RulesetExperiment;
  period: number;
  ledger: LedgerName;
  exposures: Exposure[];
}

function groupOf({ key, startedAt }: RulesetExperiment, period: number, ledger: LedgerName): string {
  return `${key}/${startedAt}/${period}/${ledger}`;
}

/**
 * Reports exposures behind the answer: coalesced over the requests of an isolate, each unit once. A lost report is not a
 * lost unit: outcome events carry the variant too.
 */
export class ExposureReporter {
  readonly #reported = new Set<string>();
  #pending = new Map<string, Pending>();
  #flushIsDue = false;

  report(
    experiment: RulesetExperiment,
    period: number,
    exposure: Exposure,
    ledger: LedgerName,
    namespace: AggregatorNamespace,
    execution: Pick<ExecutionContext, "waitUntil">,
  ): void {
    const group = groupOf(experiment, period, ledger);
    const identity = `${group}/${exposure.variant}/${exposure.unit}`;
    if (this.#reported.has(identity)) return;
    this.#remember(identity);
    const pending = this.#pending.get(group) ?? { experiment, period, ledger, exposures: [] };
    pending.exposures.push(exposure);
    this.#pending.set(group, pending);
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    execution.waitUntil(this.#flushSoon(namespace));
  }

  #remember(identity: string): void {
    if (this.#reported.size >= REMEMBERED_EXPOSURES) {
      const [oldest] = this.#reported;
      if (oldest !== undefined) this.#reported.delete(oldest);
    }
    this.#reported.add(identity);
  }

  async #flushSoon(namespace: AggregatorNamespace): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, COALESCE_MILLISECONDS));
    const pending = [...this.#pending.values()];
    this.#pending = new Map();
    this.#flushIsDue = false;
    await Promise.all(pending.map((group) => this.#send(group, namespace)));
  }

  async #send(
    { experiment, period, ledger, exposures }: Pending,
    namespace: AggregatorNamespace,
  ): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        await recordExposures(namespace, experiment, period, exposures, ledger);
        return;
      } catch (cause) {
        console.error({
          message: "exposures could not be reported",
          experiment: experiment.key,
          attempt,
          cause: String(cause),
        });
      }
    }
    for (const { variant, unit } of exposures) {
      this.#reported.delete(`${groupOf(experiment, period, ledger)}/${variant}/${unit}`);
    }
  }
}
