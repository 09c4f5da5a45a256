import { createHash } from "node:crypto";
import { type PreparedRuleset, prepareRuleset } from "#assigner/prepared-ruleset.ts";
import {
  RULESET_MAX_AGE_SECONDS,
  type Ruleset,
  type RulesetExperiment,
  type RulesetKey,
} from "#model/config/ruleset.ts";
import type { MetricDefinition } from "#model/metric/metric.ts";
import { FINGERPRINT_CHARACTERS } from "#model/unit/unit-token.ts";
import { within } from "#shared/within.ts";
import { openDatabase } from "#store/database.ts";
import { readPublishedRuleset } from "#store/rulesets.ts";
import { type KillSwitchNamespace, killSwitchOf, type WithheldVariant } from "./kill-switch.ts";
import { compileAndPublish } from "./publish.ts";
import { withoutWithheld } from "./withhold.ts";

/** Renewed in the background from this age on, so that under steady traffic nobody ever waits for the database. */
const RENEW_AFTER_MILLISECONDS = (RULESET_MAX_AGE_SECONDS * 1_000) / 2;
const MAXIMUM_AGE_MILLISECONDS = RULESET_MAX_AGE_SECONDS * 1_000;

/** After a failed renewal the last ruleset is served without another try for this long. */
const RETRY_AFTER_MILLISECONDS = 1_000;

/** A request does not wait longer than this for the database while it has an older ruleset to answer from. */
const RENEWAL_TIMEOUT_MILLISECONDS = 2_000;

/** A ruleset as an isolate holds it. */
export interface EdgeRuleset {
  document: Ruleset;
  prepared: PreparedRuleset;
  /** Those that take events, by key. */
  experiments: ReadonlyMap<string, RulesetExperiment>;
  metrics: ReadonlyMap<string, MetricDefinition>;
  /** API keys by the SHA-256 of their secret. */
  keys: ReadonlyMap<string, RulesetKey>;
  /** The same by the fingerprint that tokens and handles name them by. */
  keysByFingerprint: ReadonlyMap<string, RulesetKey>;
}

export interface ServedRuleset {
  ruleset: EdgeRuleset;
  /** True when the database could not be reached and the ruleset may be out of date. */
  stale: boolean;
}

/** Where rulesets come from. */
export interface RulesetSources {
  DB: D1Database;
  KILL_SWITCH: KillSwitchNamespace;
}

function fingerprintOfKey(hash: string): string {
  return createHash("sha256").update(hash).digest("hex").slice(0, FINGERPRINT_CHARACTERS);
}

function toEdgeRuleset(document: Ruleset): EdgeRuleset {
  return {
    document,
    prepared: prepareRuleset(document),
    experiments: new Map(document.experiments.map((experiment) => [experiment.key, experiment])),
    metrics: new Map(document.metrics.map((metric) => [metric.key, metric])),
    keys: new Map(document.keys.map((key) => [key.hash, key])),
    keysByFingerprint: new Map(document.keys.map((key) => [fingerprintOfKey(key.hash), key])),
  };
}

function sameVariants(a: readonly WithheldVariant[], b: readonly WithheldVariant[]): boolean {
  const namesOf = (all: readonly WithheldVariant[]) =>
    JSON.stringify(all.map(({ experiment, variant }) => [experiment, variant]));
  return namesOf(a) === namesOf(b);
}

function unite(a: readonly WithheldVariant[], b: readonly WithheldVariant[]): readonly WithheldVariant[] {
  const isIn = ({ experiment, variant }: WithheldVariant) =>
    a.some((entry) => entry.experiment === experiment && entry.variant === variant);
  return [...a, ...b.filter((entry) => !isIn(entry))];
}

/**
 * One isolate's copy of the ruleset. Only plain data is shared between requests; every renewal runs on the request that
 * needs it, because a Worker may not wait for another request's I/O.
 */
export class RulesetCache {
  #current: EdgeRuleset | undefined;
  /** As it was compiled, before anything was withheld. */
  #document: Ruleset | undefined;
  #withheld: readonly WithheldVariant[] = [];
  #checkedAt = 0;
  #failedAt = 0;
  #renewing = false;
  /** Counts expiries: a renewal that began before one does not count as fresh after it. */
  #generation = 0;

  /** Makes the next request read the database first: this isolate has just changed it. */
  expire(): void {
    this.#generation += 1;
    this.#checkedAt = 0;
    this.#failedAt = 0;
  }

  /**
   * The ruleset to answer from: at most RULESET_MAX_AGE_SECONDS old, or the last one known while the database cannot be
   * reached. What the kill switch withholds is in neither: it is asked beside the database at every renewal, also while
   * the database fails.
   * @throws when there is no ruleset at all yet and the database cannot be reached
   */
  async current(
    sources: RulesetSources,
    context: Pick<ExecutionContext, "waitUntil">,
    now: number,
  ): Promise<ServedRuleset> {
    const age = now - this.#checkedAt;
    if (this.#current && age < MAXIMUM_AGE_MILLISECONDS) {
      if (age >= RENEW_AFTER_MILLISECONDS && !this.#renewing) context.waitUntil(this.#renew(sources, now));
      return { ruleset: this.#current, stale: false };
    }
    if (this.#current && now - this.#failedAt < RETRY_AFTER_MILLISECONDS) {
      return { ruleset: this.#current, stale: true };
    }
    const renewed = await this.#renew(sources, now);
    if (this.#current) return { ruleset: this.#current, stale: !renewed };
    throw new Error("there is no ruleset yet and the database cannot be reached");
  }

  /** @returns false when the database could not be reached */
  async #renew({ DB, KILL_SWITCH }: RulesetSources, now: number): Promise<boolean> {
    this.#renewing = true;
    const generation = this.#generation;
    const [read, withheld] = await Promise.allSettled([
      within(RENEWAL_TIMEOUT_MILLISECONDS, this.#read(DB, now)),
      within(RENEWAL_TIMEOUT_MILLISECONDS, killSwitchOf(KILL_SWITCH).withheld()),
    ]);
    this.#renewing = false;
    if (withheld.status === "rejected") {
      console.error({ message: "the kill switch could not be read", cause: String(withheld.reason) });
    }
    const newer = read.status === "fulfilled" ? read.value : undefined;
    const entries = withheld.status === "fulfilled" ? withheld.value : this.#withheld;
    // An entry is released once the database says the same: a document from before that has to go on without the treatment.
    if (newer) this.#adopt(newer, entries);
    else this.#adopt(this.#document, unite(entries, this.#withheld));
    if (read.status === "rejected") {
      this.#failedAt = now;
      console.error({ message: "the ruleset could not be renewed", cause: String(read.reason) });
      return false;
    }
    if (generation === this.#generation) this.#checkedAt = now;
    return true;
  }

  /** What is prepared from a ruleset is kept until the ruleset, or what is withheld from it, is another one. */
  #adopt(document: Ruleset | undefined, withheld: readonly WithheldVariant[]): void {
    const isSame = document === this.#document && sameVariants(withheld, this.#withheld);
    this.#document = document;
    this.#withheld = withheld;
    if (document && !isSame) this.#current = toEdgeRuleset(withoutWithheld(document, withheld));
  }

  async #read(binding: D1Database, now: number): Promise<Ruleset | undefined> {
    const version = this.#current?.prepared.version;
    // After a change made here the answer must come from the primary; otherwise the nearest replica will do.
    const session = binding.withSession(this.#checkedAt === 0 ? "first-primary" : "first-unconstrained");
    const published = await readPublishedRuleset(session, version);
    if (published.state === "unchanged") return undefined;
    if (published.state === "not_compiled") return compileAndPublish(openDatabase(binding), now);
    // A replica that lags behind must not take an isolate back in time.
    return version !== undefined && published.ruleset.version < version ? undefined : published.ruleset;
  }
}
