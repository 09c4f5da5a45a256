import type { PreparedConfig } from "#assigner/prepared-ruleset.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import type { RulesetPart } from "./part.ts";

/** What requests look up by the names in them. */
export interface RulesetLookup {
  /** An AI config that is ready to assign. */
  config(key: string): PreparedConfig | undefined;
  /** An experiment that takes data. */
  experiment(key: string): RulesetExperiment | undefined;
  /** Those on an AI config, oldest first. */
  experimentsOn(config: string): readonly RulesetExperiment[] | undefined;
  /** The holdouts among them. */
  holdoutsOn(config: string): readonly RulesetExperiment[] | undefined;
}

/** The AI configs, and the experiments that take data, which a request names. */
export interface RulesetNames {
  configs?: Iterable<string>;
  experiments?: Iterable<string>;
  /** AI configs whose experiments are asked for, and none of their values. */
  experimentsOn?: Iterable<string>;
}

/** The parts that one request needs. It keeps them, whatever has to make room meanwhile. */
export class HeldParts implements RulesetLookup {
  readonly #parts = new Map<string, RulesetPart>();
  readonly #configOf = new Map<string, string>();

  hold(part: RulesetPart): void {
    this.#parts.set(part.key, part);
    for (const experiment of part.experimentKeys) this.#configOf.set(experiment, part.key);
  }

  config(key: string): PreparedConfig | undefined {
    const part = this.#parts.get(key);
    return part?.storedValues && part.prepared;
  }

  experiment(key: string): RulesetExperiment | undefined {
    return this.#parts.get(this.#configOf.get(key) ?? "")?.experiments.get(key);
  }

  experimentsOn(config: string): readonly RulesetExperiment[] | undefined {
    const part = this.#parts.get(config);
    return part && [...part.experiments.values()];
  }

  holdoutsOn(config: string): readonly RulesetExperiment[] | undefined {
    return this.#parts.get(config)?.holdouts;
  }
}
