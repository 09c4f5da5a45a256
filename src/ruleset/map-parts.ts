import { log } from "#shared/log.ts";
import { err, failure, ok, type Result } from "#shared/result.ts";
import { readConfigKeys, readPartSizes } from "#store/ruleset-sizes.ts";
import type { EdgeRuleset } from "./edge-ruleset.ts";
import type { RulesetPart } from "./part.ts";
import { pagesOf, readPage, wantedPart } from "./read-updates.ts";

/** Characters of JSON in one answer; an isolate holds them several times while it writes one. */
const MAXIMUM_ANSWER = 16_000_000;

/** How many AI configs are measured at a time. */
const CHUNK = 200;

class TooLargeError extends Error {}

async function readMissing(
  binding: D1Database,
  session: D1DatabaseSession,
  ruleset: EdgeRuleset,
  keys: readonly string[],
  now: number,
  take: (part: RulesetPart) => void,
): Promise<void> {
  if (keys.length === 0) return;
  const wanted = keys.map((config) => wantedPart(ruleset, config, true));
  for (const page of pagesOf(wanted, await readPartSizes(session, keys, now))) {
    const read = await readPage(session, page, ruleset, now);
    // A replica that lags behind takes nobody back in time.
    const isCurrent = read.revision >= ruleset.version;
    const { parts } = isCurrent
      ? read
      : await readPage(binding.withSession("first-primary"), page, ruleset, now);
    for (const part of parts) take(part);
  }
}

async function mapAll<Value>(
  ruleset: EdgeRuleset,
  configs: readonly string[] | null,
  binding: D1Database,
  now: number,
  convert: (part: RulesetPart) => Value,
): Promise<Value[]> {
  const session = binding.withSession(ruleset.bookmark ?? "first-unconstrained");
  const isInMemory = configs === null && ruleset.parts.isComplete;
  const keys = isInMemory ? ruleset.parts.configs : (configs ?? (await readConfigKeys(session)));
  const ordered = [...new Set(keys)].sort();
  const found = new Map<string, Value>();
  let length = 0;
  const take = (part: RulesetPart) => {
    const value = convert(part);
    length += JSON.stringify(value).length;
    if (length > MAXIMUM_ANSWER) throw new TooLargeError();
    found.set(part.key, value);
  };
  for (let start = 0; start < ordered.length; start += CHUNK) {
    const missing: string[] = [];
    for (const key of ordered.slice(start, start + CHUNK)) {
      const part = ruleset.parts.part(key);
      if (part?.storedValues) take(part);
      else if (!ruleset.parts.isAbsent(`config:${key}`)) missing.push(key);
    }
    await readMissing(binding, session, ruleset, missing, now, take);
  }
  return ordered.flatMap((key) => {
    const value = found.get(key);
    return value === undefined ? [] : [value];
  });
}

/**
 * Makes something of every AI config that a key may read, in the order of their keys. What is not in memory is read in pages
 * and not kept.
 * @param configs those that the key is bound to; null for all
 */
export async function mapParts<Value>(
  ruleset: EdgeRuleset,
  configs: readonly string[] | null,
  binding: D1Database,
  now: number,
  convert: (part: RulesetPart) => Value,
): Promise<Result<Value[]>> {
  try {
    return ok(await mapAll(ruleset, configs, binding, now, convert));
  } catch (cause) {
    if (cause instanceof TooLargeError) {
      return err(
        "limit_reached",
        `All AI configs that this key may read are more than ${MAXIMUM_ANSWER} characters: use a key that is bound to those that are needed.`,
      );
    }
    log("error", "the ruleset could not be read as a whole", { cause });
    return failure({
      code: "temporarily_unavailable",
      detail: "Not all of this is in memory here, and the database cannot be reached right now.",
      retryAfterSeconds: 2,
    });
  }
}
