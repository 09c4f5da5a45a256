import { MAXIMUM_DIFFERENCES, type ReplayDifference } from "#contract/decisions.ts";
import { shorten } from "#shared/shorten.ts";

const MAXIMUM_TEXT_CHARACTERS = 200;

type Leaf = NonNullable<ReplayDifference["stored"]> | null;

/** Whether two numbers count as the same. */
export type IsSame = (stored: number, recomputed: number) => boolean;

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What is told of a value; undefined where there is none. */
function leafOf(value: unknown): Leaf | undefined {
  if (typeof value === "string") return shorten(value, MAXIMUM_TEXT_CHARACTERS);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  if (value === undefined) return undefined;
  return Array.isArray(value) ? "[]" : "{}";
}

function pointerTo(path: string, key: string): string {
  return `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function* differencesBelow(
  path: string,
  stored: unknown,
  recomputed: unknown,
  isSame: IsSame,
): Generator<ReplayDifference> {
  const parts = [stored, recomputed].filter(isContainer);
  const isAlike =
    parts.length === 2
      ? Array.isArray(stored) === Array.isArray(recomputed)
      : stored === undefined || recomputed === undefined;
  const keys = new Set(parts.flatMap((part) => Object.keys(part)));
  if (parts.length > 0 && isAlike && keys.size > 0) {
    const at = (value: unknown, key: string): unknown =>
      isContainer(value) ? Reflect.get(value, key) : undefined;
    for (const key of keys)
      yield* differencesBelow(pointerTo(path, key), at(stored, key), at(recomputed, key), isSame);
    return;
  }
  if (parts.length === 2 && isAlike) return;
  if (
    typeof stored === "number" && typeof recomputed === "number"
      ? isSame(stored, recomputed)
      : stored === recomputed
  )
    return;
  yield { path, stored: leafOf(stored), recomputed: leafOf(recomputed) };
}

/**
 * Everything in which two results differ, as JSON has them.
 * @param isSame by default numbers differ by whatever JSON shows
 */
export function compareResults(
  stored: unknown,
  recomputed: unknown,
  isSame: IsSame = Object.is,
): ReplayDifference[] {
  const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  return [...differencesBelow("", asJson(stored), asJson(recomputed), isSame)];
}

/** The first differences, and how many there are. */
export function summarizeDifferences(all: readonly ReplayDifference[]) {
  return {
    identical: all.length === 0,
    differenceCount: all.length,
    differences: all.slice(0, MAXIMUM_DIFFERENCES),
  };
}
