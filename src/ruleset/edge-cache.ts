import { RULESET_MAX_AGE_SECONDS } from "#model/config/ruleset.ts";
import { noteRulesetRenewal } from "#shared/counters.ts";
import { log } from "#shared/log.ts";
import { failure, ok, type Result } from "#shared/result.ts";
import { within } from "#shared/within.ts";
import { EdgeRuleset, type RulesetUpdate } from "./edge-ruleset.ts";
import { type KillSwitchNamespace, killSwitchOf, type WithheldVariant } from "./kill-switch.ts";
import { readEverything, readUpdate } from "./read-updates.ts";

/** Renewed in the background from this age on, so that under steady traffic nobody ever waits for the database. */
const RENEW_AFTER_MILLISECONDS = (RULESET_MAX_AGE_SECONDS * 1_000) / 2;
const MAXIMUM_AGE_MILLISECONDS = RULESET_MAX_AGE_SECONDS * 1_000;

/** After a failed renewal the last ruleset is served without another try for this long. */
const RETRY_AFTER_MILLISECONDS = 1_000;

/** A renewal that has taken longer counts as failed. */
const RENEWAL_TIMEOUT_MILLISECONDS = 2_000;

/** A renewal may have died with the request that began it: nobody joins one that is older. */
const JOINED_FOR_MILLISECONDS = 2 * RENEWAL_TIMEOUT_MILLISECONDS;

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

interface Renewal {
  generation: number;
  startedAt: number;
  /** False when the database could not be reached. */
  outcome: Promise<boolean>;
}

const NOTHING_KNOWN = failure({
  code: "temporarily_unavailable" as const,
  detail: "This edge has just started, and the database cannot be reached right now.",
  retryAfterSeconds: 2,
});

const isSame = (a: WithheldVariant) => (b: WithheldVariant) =>
  a.experiment === b.experiment && a.variant === b.variant;

/** One isolate's copy of the ruleset. Requests share it, and its renewals. */
export class RulesetCache {
  readonly #ruleset: EdgeRuleset;
  readonly #fresh: Result<ServedRuleset>;
  readonly #stale: Result<ServedRuleset>;
  #hasRuleset = false;
  #withheld: readonly WithheldVariant[] = [];
  #checkedAt = 0;
  #failedAt = 0;
  #renewal: Renewal | undefined;
  /** Renewals so far, and the latest to begin of those that were taken over. */
  #begun = 0;
  #applied = 0;
  /** Counts expiries: a renewal that began before one does not count as fresh after it. */
  #generation = 0;

  constructor(ruleset = new EdgeRuleset()) {
    this.#ruleset = ruleset;
    this.#fresh = ok({ ruleset, stale: false });
    this.#stale = ok({ ruleset, stale: true });
  }

  /** Makes the next request read the database first: this isolate has just changed it. */
  expire(): void {
    this.#generation += 1;
    this.#checkedAt = 0;
    this.#failedAt = 0;
  }

  /**
   * The ruleset to answer from: renewed at most RULESET_MAX_AGE_SECONDS ago, or as it was last known while the database
   * cannot be reached. What the kill switch withholds is in neither: it is asked beside the database at every renewal, also
   * while the database fails.
   * @returns a refusal when there is no ruleset at all yet and the database cannot be reached
   */
  current(
    sources: RulesetSources,
    context: Pick<ExecutionContext, "waitUntil">,
    now: number,
  ): Result<ServedRuleset> | Promise<Result<ServedRuleset>> {
    if (this.#hasRuleset) {
      const age = now - this.#checkedAt;
      if (age < MAXIMUM_AGE_MILLISECONDS) {
        if (age >= RENEW_AFTER_MILLISECONDS) this.#joinRenewal(sources, context, now);
        return this.#fresh;
      }
      if (now - this.#failedAt < RETRY_AFTER_MILLISECONDS) return this.#stale;
    }
    return this.#renewed(sources, context, now);
  }

  async #renewed(
    sources: RulesetSources,
    context: Pick<ExecutionContext, "waitUntil">,
    now: number,
  ): Promise<Result<ServedRuleset>> {
    const outcome = this.#joinRenewal(sources, context, now);
    const patience = this.#hasRuleset ? RENEWAL_TIMEOUT_MILLISECONDS : JOINED_FOR_MILLISECONDS;
    const isRenewed = await within(patience, outcome).catch(() => false);
    if (isRenewed) return this.#fresh;
    return this.#hasRuleset ? this.#stale : NOTHING_KNOWN;
  }

  /** Begins a renewal unless one is under way. It goes on though the client that began it may leave. */
  #joinRenewal(
    sources: RulesetSources,
    context: Pick<ExecutionContext, "waitUntil">,
    now: number,
  ): Promise<boolean> {
    const running = this.#renewal;
    const generation = this.#generation;
    if (running?.generation === generation && now - running.startedAt < JOINED_FOR_MILLISECONDS) {
      return running.outcome;
    }
    const outcome = this.#renew(sources, now).finally(() => {
      if (this.#renewal?.outcome === outcome) this.#renewal = undefined;
    });
    this.#renewal = { generation, startedAt: now, outcome };
    context.waitUntil(outcome);
    return outcome;
  }

  async #renew({ DB, KILL_SWITCH }: RulesetSources, now: number): Promise<boolean> {
    const generation = this.#generation;
    const order = ++this.#begun;
    const [read, withheld] = await Promise.allSettled([
      within(RENEWAL_TIMEOUT_MILLISECONDS, this.#read(DB, now)),
      within(RENEWAL_TIMEOUT_MILLISECONDS, killSwitchOf(KILL_SWITCH).withheld()),
    ]);
    if (withheld.status === "rejected") {
      log("error", "the kill switch could not be read", { cause: withheld.reason });
    }
    const update = read.status === "fulfilled" ? read.value : undefined;
    this.#withhold(withheld.status === "fulfilled" ? withheld.value : this.#withheld, update);
    // One that began before the last one that was taken over has nothing new, and must not forget what that has read.
    if (update && (!update.isReset || order > this.#applied)) {
      this.#ruleset.apply(update);
      this.#hasRuleset = true;
      this.#applied = Math.max(this.#applied, order);
    }
    noteRulesetRenewal(now, read.status === "fulfilled");
    if (read.status === "rejected") {
      this.#failedAt = now;
      log("error", "the ruleset could not be renewed", { cause: read.reason });
      return false;
    }
    if (generation === this.#generation) this.#checkedAt = now;
    return true;
  }

  /**
   * An entry is released once the database says the same: a part that was read before that has to go on without the
   * treatment.
   */
  #withhold(entries: readonly WithheldVariant[], update: RulesetUpdate | undefined): void {
    const { parts } = this.#ruleset;
    const isFromBefore = ({ experiment }: WithheldVariant) => {
      const config = parts.configOf(experiment);
      const isRead = update?.isReset || update?.parts.some(({ key }) => key === config);
      return config !== undefined && !isRead;
    };
    const kept = this.#withheld.filter((entry) => !entries.some(isSame(entry)) && isFromBefore(entry));
    const all = [...entries, ...kept];
    const isUnchanged =
      all.length === this.#withheld.length && all.every((entry) => this.#withheld.some(isSame(entry)));
    if (isUnchanged) return;
    this.#withheld = all;
    this.#ruleset.withhold(all);
  }

  async #read(binding: D1Database, now: number): Promise<RulesetUpdate> {
    let session: D1DatabaseSession | undefined;
    const openSession = (isPrimary: boolean) => {
      session = binding.withSession(isPrimary ? "first-primary" : "first-unconstrained");
      return session;
    };
    // After a change made here the answer must come from the primary; otherwise the nearest replica will do.
    const update = this.#hasRuleset
      ? await readUpdate(openSession, this.#ruleset, this.#checkedAt === 0, now)
      : await readEverything(openSession(true), now);
    this.#ruleset.bookmark = session?.getBookmark() ?? null;
    return update;
  }
}
