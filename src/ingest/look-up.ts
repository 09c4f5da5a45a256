import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { findParts } from "#ruleset/load-parts.ts";
import type { RulesetLookup, RulesetNames } from "#ruleset/lookup.ts";
import { ok, type Result } from "#shared/result.ts";
import type { IngestContext } from "./ingest-context.ts";

type LookupContext = Pick<IngestContext, "served" | "environment" | "execution" | "now">;

/** What a request names, for look-up. Without I/O where everything is in memory. */
export function lookUp(
  { served, environment, execution, now }: LookupContext,
  names: RulesetNames,
): Result<RulesetLookup> | Promise<Result<RulesetLookup>> {
  const found = findParts(served.ruleset, names, environment.DB, execution, now);
  return found instanceof Promise ? found : ok(found);
}

/** The experiments that take data, by what is said of them. */
export type ExperimentLookup = Pick<RulesetLookup, "experiment" | "experimentsOn" | "holdoutsOn">;

/** Looks up in memory, and notes what is not there and might be elsewhere. */
class RecordingLookup implements ExperimentLookup {
  /** What has been looked for elsewhere. */
  readonly asked = { experiments: new Set<string>(), experimentsOn: new Set<string>() };
  hasMissed = false;
  #loaded: RulesetLookup | undefined;
  readonly #parts: IngestContext["served"]["ruleset"]["parts"];

  constructor({ served }: LookupContext) {
    this.#parts = served.ruleset.parts;
  }

  /** Begins anew with what has been found elsewhere. */
  restart(loaded: RulesetLookup): void {
    this.#loaded = loaded;
    this.hasMissed = false;
  }

  experiment(key: string): RulesetExperiment | undefined {
    const found = this.#loaded?.experiment(key) ?? this.#parts.experiment(key);
    if (!found && !this.#parts.isAbsent(`experiment:${key}`)) this.#ask(this.asked.experiments, key);
    return found;
  }

  experimentsOn(config: string): readonly RulesetExperiment[] | undefined {
    const found = this.#loaded?.experimentsOn(config) ?? this.#parts.experimentsOn(config);
    if (!found && !this.#parts.isAbsent(`config:${config}`)) this.#ask(this.asked.experimentsOn, config);
    return found;
  }

  /** Asked with an experiment on the same AI config, which has been found by then. */
  holdoutsOn(config: string): readonly RulesetExperiment[] | undefined {
    return this.#loaded?.holdoutsOn(config) ?? this.#parts.holdoutsOn(config);
  }

  #ask(asked: Set<string>, key: string): void {
    if (asked.has(key)) return;
    asked.add(key);
    this.hasMissed = true;
  }
}

/**
 * Does work that looks experiments up by names which only the work itself finds. Where some are not in memory, they are read
 * and the work is done again: once more at most, unless what was found leads to further names.
 * @param work changes nothing but what it returns
 */
export async function withExperiments<Value>(
  context: LookupContext,
  work: (experiments: ExperimentLookup) => Value,
): Promise<Result<Value>> {
  const lookup = new RecordingLookup(context);
  for (;;) {
    const value = work(lookup);
    if (!lookup.hasMissed) return ok(value);
    const loaded = await lookUp(context, lookup.asked);
    if (!loaded.ok) return loaded;
    lookup.restart(loaded.value);
  }
}
