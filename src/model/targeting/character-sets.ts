import type { AST } from "@eslint-community/regexpp";

/** An element of a pattern that matches one code unit. */
export type Character = AST.Character | AST.CharacterSet | AST.CharacterClass;

export function isCharacter(element: AST.Element): element is Character {
  return element.type === "Character" || element.type === "CharacterSet" || element.type === "CharacterClass";
}

/** The first code unit and the one behind the last. */
type Range = readonly [number, number];

const CODE_UNITS = 0x10000;
const CHUNK = 0x2000;

let everyCodeUnit: string | undefined;

/** A text of every code unit, each at its own index. */
function textOfAll(): string {
  everyCodeUnit ??= Array.from({ length: CODE_UNITS / CHUNK }, (_, chunk) =>
    String.fromCharCode(...Array.from({ length: CHUNK }, (_, index) => chunk * CHUNK + index)),
  ).join("");
  return everyCodeUnit;
}

/** The text of a character may mean something else on its own: `\c` gives the character `\`. */
const sourceOf = (element: Character): string =>
  element.type === "Character" ? `\\u${element.value.toString(16).padStart(4, "0")}` : element.raw;

/** What was asked for lately, by flags and source; forgotten when it is full. */
const known = new Map<string, readonly Range[]>();
const MAXIMUM_KNOWN = 256;

/** What the elements of a pattern match, as the engine says for every code unit. */
export class CharacterSets {
  readonly #flags: string;

  constructor(isInsensitive: boolean) {
    this.#flags = isInsensitive ? "gi" : "g";
  }

  areDisjoint(one: Character, other: Character): boolean {
    const [left, right] = [this.#rangesOf(one), this.#rangesOf(other)];
    let index = 0;
    for (const [first, end] of left) {
      while ((right[index]?.[1] ?? Number.POSITIVE_INFINITY) <= first) index++;
      if ((right[index]?.[0] ?? Number.POSITIVE_INFINITY) < end) return false;
    }
    return true;
  }

  /** In the order of code units. */
  #rangesOf(element: Character): readonly Range[] {
    const source = sourceOf(element);
    const name = `${this.#flags}/${source}`;
    const before = known.get(name);
    if (before) return before;
    const runs = textOfAll().matchAll(new RegExp(`(?:${source})+`, this.#flags));
    const ranges = Array.from(runs, ({ index, 0: run }): Range => [index, index + run.length]);
    if (known.size >= MAXIMUM_KNOWN) known.clear();
    known.set(name, ranges);
    return ranges;
  }
}
