import { createHash } from "node:crypto";
import type { RulesetKey } from "#model/config/ruleset.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { FINGERPRINT_CHARACTERS } from "#model/unit/unit-token.ts";
import type { RulesetChange, RulesetLists } from "#store/rulesets.ts";
import type { WithheldVariant } from "./kill-switch.ts";
import type { RulesetPart } from "./part.ts";
import { PartStore } from "./part-store.ts";

function fingerprintOfKey(hash: string): string {
  return createHash("sha256").update(hash).digest("hex").slice(0, FINGERPRINT_CHARACTERS);
}

/** What a renewal has found. */
export interface RulesetUpdate {
  revision: number;
  changes: readonly RulesetChange[];
  /** Where keys or metrics have changed. */
  lists?: RulesetLists;
  /** Parts that were read anew. */
  parts: readonly RulesetPart[];
  /** True where nothing that was in memory may stay. */
  isReset: boolean;
  /** True where `parts` are all that there are. */
  isComplete: boolean;
}

/**
 * The ruleset as an isolate holds it: keys and metrics whole, and the parts that are in use. No part in memory is older than
 * the newest change of it up to `version`.
 */
export class EdgeRuleset {
  /** The revision up to which changes have been seen. */
  version = 0;
  /** Another object whenever anything that is served may have become another. */
  state: object = {};
  /** Where a replica of the database has to have got to, to be read from. */
  bookmark: string | null = null;
  readonly parts: PartStore;
  metrics: ReadonlyMap<string, MetricDefinition> = new Map();
  /** API keys by the SHA-256 of their secret. */
  keys: ReadonlyMap<string, RulesetKey> = new Map();
  /** The same by the fingerprint that tokens and handles name them by. */
  keysByFingerprint: ReadonlyMap<string, RulesetKey> = new Map();
  #listsRevision = -1;

  constructor(parts = new PartStore()) {
    this.parts = parts;
  }

  /** Takes over what a renewal has found. Renewals may overlap: what is older than what is there is passed over. */
  apply({ revision, changes, lists, parts, isReset, isComplete }: RulesetUpdate): void {
    if (isReset) {
      this.parts.clear();
      this.#listsRevision = -1;
      this.version = revision;
    }
    if (lists && lists.revision > this.#listsRevision) this.#take(lists);
    for (const part of parts) this.parts.put(part);
    this.parts.apply(changes);
    if (isComplete) this.parts.isComplete = true;
    if (isReset || revision > this.version) this.state = {};
    this.version = Math.max(this.version, revision);
  }

  #take({ revision, keys, metrics }: RulesetLists): void {
    this.#listsRevision = revision;
    this.metrics = new Map(metrics.map((metric) => [metric.key, metric]));
    this.keys = new Map(keys.map((key) => [key.hash, key]));
    this.keysByFingerprint = new Map(keys.map((key) => [fingerprintOfKey(key.hash), key]));
  }

  withhold(withheld: readonly WithheldVariant[]): void {
    this.parts.withhold(withheld);
    this.state = {};
  }
}
