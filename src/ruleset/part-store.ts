import type { PreparedConfig } from "#assigner/prepared-ruleset.ts";
import type { RulesetExperiment } from "#model/config/ruleset.ts";
import { resourceKeySchema } from "#model/identifiers.ts";
import type { RulesetChange } from "#store/rulesets.ts";
import type { WithheldVariant } from "./kill-switch.ts";
import type { RulesetLookup } from "./lookup.ts";
import type { RulesetPart } from "./part.ts";

/** Characters of JSON. An isolate has 128 MB for everything, and what is made of a text is a few times as large. */
const MAXIMUM_SIZE = 32_000_000;

/** Names that nothing goes by are remembered, so that asking for them again costs nothing. */
const MAXIMUM_ABSENT = 10_000;

/** A name as changes have it. Requests may hold texts that are no names at all. */
type Subject = `config:${string}` | `experiment:${string}`;
const isSubject = (text: string) => resourceKeySchema.safeParse(text.slice(text.indexOf(":") + 1)).success;

/**
 * The parts of the ruleset that an isolate has in memory, within a bound. A part is replaced by a newer one only; what no
 * change has named since it was read is as good as new.
 */
export class PartStore implements RulesetLookup {
  /** True while every AI config is in memory, so that nothing else has to be looked for. */
  isComplete = false;
  readonly #parts = new Map<string, RulesetPart>();
  readonly #configOf = new Map<string, string>();
  /** By subject, as changes name it: the revision at which it was not there. */
  readonly #absent = new Map<string, number>();
  readonly #maximumSize: number;
  #size = 0;
  #round = 0;
  #withheld: readonly WithheldVariant[] = [];

  constructor(maximumSize = MAXIMUM_SIZE) {
    this.#maximumSize = maximumSize;
  }

  /** Characters of JSON in memory. */
  get size(): number {
    return this.#size;
  }

  config(key: string): PreparedConfig | undefined {
    const part = this.#parts.get(key);
    if (!part?.storedValues) return undefined;
    part.lastUsed = this.#round;
    return part.prepared;
  }

  experiment(key: string): RulesetExperiment | undefined {
    const part = this.#partOf(key);
    if (!part) return undefined;
    part.lastUsed = this.#round;
    return part.experiments.get(key);
  }

  experimentsOn(config: string): readonly RulesetExperiment[] | undefined {
    const part = this.#parts.get(config);
    return part && [...part.experiments.values()];
  }

  holdoutsOn(config: string): readonly RulesetExperiment[] | undefined {
    return this.#parts.get(config)?.holdouts;
  }

  /** An AI config's part, with or without its values. */
  part(config: string): RulesetPart | undefined {
    return this.#parts.get(config);
  }

  #partOf(experiment: string): RulesetPart | undefined {
    const config = this.#configOf.get(experiment);
    return config === undefined ? undefined : this.#parts.get(config);
  }

  /** The AI config of an experiment in memory. */
  configOf(experiment: string): string | undefined {
    return this.#configOf.get(experiment);
  }

  /** Whether it is known that there is no such AI config, or no such experiment that takes data. */
  isAbsent(subject: Subject): boolean {
    return this.isComplete || this.#absent.has(subject) || !isSubject(subject);
  }

  /** The AI configs in memory, those first that were used most recently. */
  get configs(): readonly string[] {
    return [...this.#parts.values()].sort((a, b) => b.lastUsed - a.lastUsed).map(({ key }) => key);
  }

  /** Takes a part in, unless a newer one is there; what was not used for longest makes room. */
  put(part: RulesetPart): void {
    const present = this.#parts.get(part.key);
    if (present && present.revision > part.revision) return;
    if (present?.revision === part.revision && !part.storedValues) return;
    part.lastUsed = Math.max(this.#round, present?.lastUsed ?? 0);
    this.#remove(part.key);
    part.withhold(this.#withheld);
    this.#parts.set(part.key, part);
    this.#size += part.size;
    for (const experiment of part.experimentKeys) this.#configOf.set(experiment, part.key);
    if (this.#size > this.#maximumSize) this.#makeRoom(part.key);
  }

  #remove(config: string): void {
    const part = this.#parts.get(config);
    if (!part) return;
    this.#parts.delete(config);
    this.#size -= part.size;
    // A holdout is in several parts.
    for (const experiment of part.experimentKeys)
      if (this.#configOf.get(experiment) === config) this.#configOf.delete(experiment);
  }

  #makeRoom(newest: string): void {
    this.isComplete = false;
    for (const config of [...this.configs].reverse()) {
      if (this.#size <= this.#maximumSize) return;
      if (config !== newest) this.#remove(config);
    }
  }

  noteAbsent(subject: Subject, revision: number): void {
    if (this.#absent.size >= MAXIMUM_ABSENT) {
      const [oldest] = this.#absent.keys();
      if (oldest !== undefined) this.#absent.delete(oldest);
    }
    this.#absent.set(subject, revision);
  }

  /** Forgets what changes have made old, and has not been read since. */
  apply(changes: readonly RulesetChange[]): void {
    this.#round += 1;
    for (const { revision, subject, config } of changes) {
      if ((this.#absent.get(subject) ?? revision) < revision) this.#absent.delete(subject);
      const part = config === null ? undefined : this.#parts.get(config);
      if (part ? part.revision < revision : config !== null) this.isComplete = false;
      if (part && part.revision < revision) this.#remove(part.key);
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#parts.clear();
    this.#configOf.clear();
    this.#absent.clear();
    this.#size = 0;
    this.isComplete = false;
  }

  /** From now on switches these treatments off, whatever the database says of them. */
  withhold(withheld: readonly WithheldVariant[]): void {
    this.#withheld = withheld;
    for (const part of this.#parts.values()) part.withhold(withheld);
  }
}
