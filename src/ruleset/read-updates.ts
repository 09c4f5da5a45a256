import { log } from "#shared/log.ts";
import { within } from "#shared/within.ts";
import { readParts, type WantedPart } from "#store/ruleset-parts.ts";
import { readAllPartSizes, readPartSizes } from "#store/ruleset-sizes.ts";
import { type RulesetChanges, readChanges, readLists } from "#store/rulesets.ts";
import type { EdgeRuleset, RulesetUpdate } from "./edge-ruleset.ts";
import { RulesetPart } from "./part.ts";

/**
 * An installation of this size is read as a whole, so that afterwards everything can be answered without the database. What is
 * larger is read as it is asked for.
 */
const SMALL = { configs: 500, experiments: 2_000, bytes: 4_000_000 };

/** Changed parts beyond this are forgotten and read again when they are asked for: a renewal must come to an end. */
const MAXIMUM_RELOADED_BYTES = 4_000_000;

/** Of one answer of the database. */
const PAGE_BYTES = 2_000_000;

/** Nobody waits longer than this for parts that nobody has asked for yet. */
const PRELOAD_TIMEOUT_MILLISECONDS = 1_000;

/** Divides what is wanted, so that no answer of the database becomes too large. */
export function pagesOf(wanted: readonly WantedPart[], sizes: ReadonlyMap<string, number>): WantedPart[][] {
  const pages: WantedPart[][] = [];
  let room = 0;
  for (const one of wanted) {
    const size = sizes.get(one.config) ?? 0;
    const page = pages.at(-1);
    if (page && size <= room) page.push(one);
    else {
      pages.push([one]);
      room = PAGE_BYTES;
    }
    room -= size;
  }
  return pages;
}

/** Reads a page of parts. @param ruleset has some of the values already */
export async function readPage(
  session: D1DatabaseSession,
  wanted: readonly WantedPart[],
  ruleset: EdgeRuleset | undefined,
  now: number,
): Promise<{ revision: number; parts: RulesetPart[] }> {
  const earlier = new Map(wanted.map(({ config }) => [config, ruleset?.parts.part(config)]));
  const { revision, parts } = await readParts(session, wanted, now);
  const valued = new Set(wanted.filter(({ knownVersions }) => knownVersions).map(({ config }) => config));
  return {
    revision,
    parts: parts.map(
      (stored) => new RulesetPart(stored, revision, valued.has(stored.key), earlier.get(stored.key)),
    ),
  };
}

/** What is to be read of an AI config, knowing what is there. */
export function wantedPart(
  ruleset: EdgeRuleset,
  config: string,
  needsValues: boolean,
): WantedPart & { knownBytes: number } {
  const values = ruleset.parts.part(config)?.storedValues;
  const lengths = [...(values?.values() ?? [])].map(({ length }) => length);
  return {
    config,
    knownVersions: values || needsValues ? [...(values?.keys() ?? [])] : null,
    knownBytes: lengths.reduce((sum, length) => sum + length, 0),
  };
}

async function preload(
  session: D1DatabaseSession,
  sizes: ReadonlyMap<string, number> | undefined,
  now: number,
): Promise<RulesetPart[] | undefined> {
  const bytes = [...(sizes?.values() ?? [])].reduce((sum, size) => sum + size, 0);
  if (!sizes || bytes > SMALL.bytes) return undefined;
  const wanted = [...sizes.keys()].map((config) => ({ config, knownVersions: [] }));
  const pages = await Promise.all(
    pagesOf(wanted, sizes).map((page) => readPage(session, page, undefined, now)),
  );
  return pages.flatMap(({ parts }) => parts);
}

/** Reads keys and metrics, and every part where the installation is small. */
export async function readEverything(session: D1DatabaseSession, now: number): Promise<RulesetUpdate> {
  const [lists, { revision, sizes }] = await Promise.all([
    readLists(session),
    readAllPartSizes(session, SMALL, now),
  ]);
  const parts = await within(PRELOAD_TIMEOUT_MILLISECONDS, preload(session, sizes, now)).catch(
    (cause: unknown) => {
      log("warn", "the ruleset could not be read as a whole", { cause });
      return undefined;
    },
  );
  return {
    revision: Math.min(lists.revision, revision),
    changes: [],
    lists,
    parts: parts ?? [],
    isReset: true,
    isComplete: parts !== undefined,
  };
}

/** The parts in memory that changes have made old, in place of which newer ones are read, as far as there is room. */
async function rereadParts(
  session: D1DatabaseSession,
  ruleset: EdgeRuleset,
  { changes }: RulesetChanges,
  now: number,
): Promise<RulesetPart[]> {
  const changed = new Set(changes.flatMap(({ config }) => config ?? []));
  if (changed.size === 0) return [];
  const held = ruleset.parts.configs.filter((config) => changed.delete(config));
  const created = ruleset.parts.isComplete ? [...changed] : [];
  const wanted = [
    ...held.map((config) => wantedPart(ruleset, config, false)),
    ...created.map((config) => wantedPart(ruleset, config, true)),
  ];
  if (wanted.length === 0) return [];
  const sizes =
    wanted.length === 1
      ? new Map<string, number>()
      : await readPartSizes(
          session,
          wanted.map(({ config }) => config),
          now,
        );
  let room = MAXIMUM_RELOADED_BYTES;
  const fitting = wanted.filter(({ config, knownBytes }) => {
    room -= Math.max(0, (sizes.get(config) ?? 0) - knownBytes);
    return room >= 0;
  });
  const pages = await Promise.all(
    pagesOf(fitting, sizes).map((page) => readPage(session, page, ruleset, now)),
  );
  return pages.flatMap(({ parts }) => parts);
}

/**
 * Reads what has changed since the ruleset was last renewed.
 * @param isPrimary false where the nearest replica will do
 */
export async function readUpdate(
  openSession: (isPrimary: boolean) => D1DatabaseSession,
  ruleset: EdgeRuleset,
  isPrimary: boolean,
  now: number,
): Promise<RulesetUpdate> {
  const session = openSession(isPrimary);
  const since = ruleset.version;
  const found = await readChanges(session, since);
  if (found.revision < since && !isPrimary) {
    // A replica lags behind, or the database was restored as it was before: only the primary knows.
    return readUpdate(openSession, ruleset, true, now);
  }
  const { revision, changes, isComplete } = found;
  if (!isComplete) return readEverything(session, now);
  const hasOtherLists = changes.some(({ config }) => config === null);
  const [lists, parts] = await Promise.all([
    hasOtherLists ? readLists(session) : undefined,
    rereadParts(session, ruleset, found, now),
  ]);
  return { revision, changes, ...(lists && { lists }), parts, isReset: false, isComplete: false };
}
