import { log } from "#shared/log.ts";
import { failure, ok, type Result } from "#shared/result.ts";
import { within } from "#shared/within.ts";
import { readConfigsOf, type WantedPart } from "#store/ruleset-parts.ts";
import { readPartSizes } from "#store/ruleset-sizes.ts";
import type { EdgeRuleset } from "./edge-ruleset.ts";
import { HeldParts, type RulesetLookup, type RulesetNames } from "./lookup.ts";
import { pagesOf, readPage, wantedPart } from "./read-updates.ts";

const LOAD_TIMEOUT_MILLISECONDS = 5_000;
/** The second one and those after it ask the primary. */
const ATTEMPTS = 3;
const RETRY_AFTER_SECONDS = 2;

class OutdatedError extends Error {}

/** A part is read with the revision it belongs to: one from before what this isolate has seen would take it back in time. */
function insistOnCurrent(revision: number, { version }: EdgeRuleset): void {
  if (revision < version) throw new OutdatedError(`revision ${revision} is older than ${version}`);
}

async function findConfigsOf(
  session: D1DatabaseSession,
  ruleset: EdgeRuleset,
  experiments: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { parts } = ruleset;
  const known = new Map<string, string>();
  const unknown: string[] = [];
  for (const key of experiments) {
    const config = parts.configOf(key);
    if (config !== undefined) known.set(key, config);
    else if (!parts.isAbsent(`experiment:${key}`)) unknown.push(key);
  }
  if (unknown.length === 0) return known;
  const { revision, configs } = await readConfigsOf(session, unknown);
  insistOnCurrent(revision, ruleset);
  for (const key of unknown) if (!configs.has(key)) parts.noteAbsent(`experiment:${key}`, revision);
  return new Map([...known, ...configs]);
}

async function loadOnce(
  session: D1DatabaseSession,
  ruleset: EdgeRuleset,
  { configs = [], experiments = [], experimentsOn = [] }: RulesetNames,
  now: number,
): Promise<RulesetLookup> {
  const { parts } = ruleset;
  const held = new HeldParts();
  const wanted = new Map<string, WantedPart>();
  const want = (config: string, needsValues: boolean) => {
    const part = parts.part(config);
    if (part && (part.storedValues || !needsValues)) held.hold(part);
    else if (!parts.isAbsent(`config:${config}`))
      wanted.set(config, wantedPart(ruleset, config, needsValues));
  };
  const configOf = await findConfigsOf(session, ruleset, [...experiments]);
  for (const config of [...configOf.values(), ...experimentsOn]) want(config, false);
  for (const config of configs) want(config, true);

  const sizes = wanted.size > 1 ? await readPartSizes(session, [...wanted.keys()], now) : new Map();
  for (const page of pagesOf([...wanted.values()], sizes)) {
    const read = await readPage(session, page, ruleset, now);
    insistOnCurrent(read.revision, ruleset);
    for (const part of read.parts) {
      parts.put(part);
      held.hold(part);
      wanted.delete(part.key);
    }
    for (const { config } of page)
      if (wanted.has(config)) parts.noteAbsent(`config:${config}`, read.revision);
    for (const [experiment, config] of configOf) {
      const part = read.parts.find(({ key }) => key === config);
      // A draft, or one that has ended too long ago.
      if (part && !part.experimentKeys.includes(experiment)) {
        parts.noteAbsent(`experiment:${experiment}`, read.revision);
      }
    }
  }
  return held;
}

async function load(
  binding: D1Database,
  ruleset: EdgeRuleset,
  names: RulesetNames,
  now: number,
): Promise<RulesetLookup> {
  for (let attempt = 1; ; attempt++) {
    const from = attempt === 1 ? (ruleset.bookmark ?? "first-unconstrained") : "first-primary";
    try {
      return await loadOnce(binding.withSession(from), ruleset, names, now);
    } catch (cause) {
      if (!(cause instanceof OutdatedError) || attempt === ATTEMPTS) throw cause;
    }
  }
}

/** What of these names neither is in memory nor is known not to be there. */
function missingOf(
  { parts }: EdgeRuleset,
  { configs = [], experiments = [], experimentsOn = [] }: RulesetNames,
): string[] {
  const missing: string[] = [];
  const check = (kind: "config" | "experiment", key: string, found: unknown) => {
    if (found === undefined && !parts.isAbsent(`${kind}:${key}`)) missing.push(`${kind}:${key}`);
  };
  for (const key of configs) check("config", key, parts.config(key));
  for (const key of experiments) check("experiment", key, parts.experiment(key));
  for (const key of experimentsOn) check("config", key, parts.part(key));
  return missing;
}

const loading = new WeakMap<EdgeRuleset, Map<string, Promise<unknown>>>();

/**
 * Looks up what a request names. At once where everything is in memory; otherwise the rest is read first, by one of the
 * requests that need it.
 * @returns a refusal where the database cannot be reached
 */
export function findParts(
  ruleset: EdgeRuleset,
  names: RulesetNames,
  binding: D1Database,
  execution: Pick<ExecutionContext, "waitUntil">,
  now: number,
): RulesetLookup | Promise<Result<RulesetLookup>> {
  const missing = missingOf(ruleset, names);
  if (missing.length === 0) return ruleset.parts;
  return loadTogether(ruleset, names, missing, binding, execution, now);
}

async function loadTogether(
  ruleset: EdgeRuleset,
  names: RulesetNames,
  missing: readonly string[],
  binding: D1Database,
  execution: Pick<ExecutionContext, "waitUntil">,
  now: number,
): Promise<Result<RulesetLookup>> {
  const pending = loading.get(ruleset) ?? new Map<string, Promise<unknown>>();
  loading.set(ruleset, pending);
  const others = missing.flatMap((name) => pending.get(name) ?? []);
  try {
    if (others.length > 0) {
      // Whatever becomes of it, and of the request that it belongs to: what is missing afterwards is read here.
      await within(LOAD_TIMEOUT_MILLISECONDS, Promise.allSettled(others)).catch(() => undefined);
      if (missingOf(ruleset, names).length === 0) return ok(ruleset.parts);
    }
    const work = within(LOAD_TIMEOUT_MILLISECONDS, load(binding, ruleset, names, now));
    for (const name of missing) pending.set(name, work);
    // Others wait for it too, though the client that began it may leave.
    execution.waitUntil(work.catch(() => undefined));
    try {
      return ok(await work);
    } finally {
      for (const name of missing) if (pending.get(name) === work) pending.delete(name);
    }
  } catch (cause) {
    log("error", "a part of the ruleset could not be read", { cause });
    return failure({
      code: "temporarily_unavailable",
      detail: "What this names is not in memory here, and the database cannot be reached right now.",
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}
