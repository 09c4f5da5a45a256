import { type AST, RegExpParser, visitRegExpAST } from "@eslint-community/regexpp";
import { failure, ok, type Result } from "#shared/result.ts";
import { MAXIMUM_TEXT_LENGTH } from "../unit/attribute-bounds.ts";
import { type Character, CharacterSets, isCharacter } from "./character-sets.ts";
import type { ConditionError } from "./condition-error.ts";
import { toRegExp } from "./regular-expression.ts";

/** A tenth of a millisecond on a slow machine. */
const MAXIMUM_STEPS = 100_000;

/** What Node 20 knows: what is newer would match at the edge and nowhere else. */
const OLDEST_ENGINE = 2022;

const MAXIMUM_PATTERN_LENGTH = 256;

/** Quantifiers that repeat more often than this count as unbounded. */
const BOUNDED_REPETITIONS = 64;

type PatternError = Pick<ConditionError, "code" | "message">;

const superLinear = (message: string): PatternError => ({ code: "super_linear_pattern", message });

/** Where matching stands in a sequence: how many ways there are to get here, and what repeats without bound. */
interface Sequence {
  ways: number;
  /** The last unbounded repetition, as long as nothing after it has fixed where it ends. */
  open: Character | undefined;
  hasUnbounded: boolean;
}

class Analysis {
  validationError: PatternError | undefined;
  readonly #characters: CharacterSets;

  constructor(isInsensitive: boolean) {
    this.#characters = new CharacterSets(isInsensitive);
  }

  /** @returns in how many ways the alternatives can match one text, at most */
  alternatives(
    alternatives: readonly AST.Alternative[],
    isInside: boolean,
  ): { ways: number; hasUnbounded: boolean } {
    const sequences = alternatives.map((alternative) => this.sequence(alternative.elements, isInside));
    return {
      ways: sequences.reduce((sum, { ways }) => sum + ways, 0),
      hasUnbounded: sequences.some(({ hasUnbounded }) => hasUnbounded),
    };
  }

  sequence(elements: readonly AST.Element[], isInside: boolean): Sequence {
    const sequence: Sequence = { ways: 1, open: undefined, hasUnbounded: false };
    for (const element of elements) this.#append(sequence, element, isInside);
    return sequence;
  }

  #append(sequence: Sequence, element: AST.Element, isInside: boolean): void {
    if (element.type === "Quantifier") this.#appendQuantifier(sequence, element, isInside);
    else if (element.type === "Group" || element.type === "CapturingGroup") {
      const { ways, hasUnbounded } = this.alternatives(element.alternatives, true);
      sequence.ways *= ways;
      sequence.hasUnbounded ||= hasUnbounded;
      if (hasUnbounded && sequence.open)
        this.#refuse("two repetitions without bound may match the same characters");
      return;
    }
    // What must follow and cannot be part of the repetition fixes where that ends.
    if (sequence.open && isCharacter(element) && this.#characters.areDisjoint(sequence.open, element))
      sequence.open = undefined;
  }

  #appendQuantifier(sequence: Sequence, { min, max, element }: AST.Quantifier, isInside: boolean): void {
    const inner = this.sequence([element], true);
    const isUnbounded = max > BOUNDED_REPETITIONS;
    if (!isUnbounded) {
      if (inner.hasUnbounded) this.#refuse("a repetition without bound stands inside another repetition");
      let ways = 0;
      for (let times = min; times <= max; times++) ways += inner.ways ** times;
      sequence.ways *= ways;
      return;
    }
    if (sequence.open) this.#refuse("two repetitions without bound may match the same characters");
    sequence.hasUnbounded = true;
    if (!isInside && isCharacter(element)) sequence.open = element;
    else this.#refuse("only a single character may repeat without bound, and not inside of a group");
  }

  #refuse(message: string): void {
    this.validationError ??= superLinear(message);
  }
}

const startsAtBeginning = ({ elements: [first] }: AST.Alternative): boolean =>
  first?.type === "Assertion" && first.kind === "start";

/** Counts the characters that a sequence compares at most before it fails or matches. */
function lengthOf(alternatives: readonly AST.Alternative[]): number {
  const lengths = alternatives.map(({ elements }) =>
    elements.reduce((sum, element) => {
      if (element.type === "Group" || element.type === "CapturingGroup") {
        return sum + lengthOf(element.alternatives);
      }
      if (element.type !== "Quantifier") return sum + 1;
      const repetitions = element.max > BOUNDED_REPETITIONS ? 1 : element.max;
      const { element: repeated } = element;
      const isGroup = repeated.type === "Group" || repeated.type === "CapturingGroup";
      return sum + repetitions * (isGroup ? lengthOf(repeated.alternatives) : 1);
    }, 0),
  );
  return Math.max(1, ...lengths);
}

function parse(pattern: string): AST.Pattern | undefined {
  try {
    return new RegExpParser({ ecmaVersion: OLDEST_ENGINE }).parsePattern(toRegExp(pattern, false).source);
  } catch {
    return undefined;
  }
}

/**
 * Finds out whether a pattern can be used: whether it is a regular expression, and how long matching it can take. The bound
 * is conservative and linear in the text's length for a backtracking engine. In a sequence, each repetition without
 * bound must be followed by a character that it cannot match before the next one begins, so that there is one place where
 * it can end; such repetitions stand outside of groups; and a pattern with one is anchored by `^`, or every place of a
 * text would be a new start.
 * @param isInsensitive whether it is going to match in upper and lower case alike
 * @returns the steps that matching a text takes at most, of a nanosecond or so each, or why the pattern is refused
 */
export function analyzePattern(
  pattern: string,
  isInsensitive: boolean,
): Result<{ steps: number }, PatternError> {
  const invalid = (message: string) => failure({ code: "invalid_pattern", message } as const);
  if (pattern.length > MAXIMUM_PATTERN_LENGTH) {
    return invalid(`a pattern has at most ${MAXIMUM_PATTERN_LENGTH} characters`);
  }
  const tree = parse(pattern);
  if (!tree) return invalid("this is no regular expression");
  const unsupported = new Set<string>();
  visitRegExpAST(tree, {
    onBackreferenceEnter: () => void unsupported.add("back references"),
    onAssertionEnter({ kind }) {
      if (kind.startsWith("look")) unsupported.add("lookahead and lookbehind");
    },
  });
  for (const construct of unsupported) {
    return failure(superLinear(`${construct} are not supported here`));
  }
  const analysis = new Analysis(isInsensitive);
  const { ways, hasUnbounded } = analysis.alternatives(tree.alternatives, false);
  if (analysis.validationError) return failure(analysis.validationError);
  const isAnchored = tree.alternatives.every(startsAtBeginning);
  if (hasUnbounded && !isAnchored) {
    const hint = "begin it with ^, and leave out '.*' where anything may stand";
    return failure(superLinear(`every place of a text would be a new start: ${hint}`));
  }
  const places = isAnchored && !hasUnbounded ? 1 : MAXIMUM_TEXT_LENGTH;
  const steps = ways * places * lengthOf(tree.alternatives);
  return steps <= MAXIMUM_STEPS
    ? ok({ steps })
    : failure(superLinear("it can match one text in too many ways; ^ at its beginning may help"));
}
