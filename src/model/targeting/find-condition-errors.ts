import type { JsonObject } from "#shared/json.ts";
import { MAXIMUM_LIST_LENGTH, MAXIMUM_TEXT_LENGTH, MAXIMUM_VALUES } from "../unit/attribute-bounds.ts";
import type { ConditionError, ConditionErrorCode } from "./condition-error.ts";
import { analyzePattern } from "./pattern.ts";

/**
 * What evaluating a condition may cost at most, in nanoseconds on a slow machine. Each part counts as often as the worst
 * attributes make it run, so that most conditions take a thousandth of it.
 */
const MAXIMUM_COST = 500_000;

const COST_OF_COMPARISON = 200;
/** Making a text of one entry of a list, of which all together have as many characters as attributes may. */
const COST_OF_JOINING = 40;
/** Looking up one entry of a list. */
const COST_OF_LOOKUP = 60;
/** Cutting the longest version into its parts. */
const COST_OF_VERSION = 12_000;
/** Folding the case of a list of texts that are short enough to be equal to an operand. */
const COST_OF_FOLDING = 200_000;
const MAXIMUM_FOLDED_LENGTH = 64;
const COST_OF_PATTERN_STEP = 6;

const MAXIMUM_LIST_OPERAND = 2_000;

const TYPES = ["string", "number", "boolean", "object", "array", "null", "undefined"];

type Path = readonly PropertyKey[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

const isOperatorObject = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && Object.keys(value).length > 0 && Object.keys(value).every((key) => key.startsWith("$"));

const isNumberOrText = (value: unknown): boolean => typeof value === "number" || typeof value === "string";

/** Walks a condition, collects what is wrong with it, and adds up what it may cost. */
class Inspection {
  readonly validationErrors: ConditionError[] = [];
  cost = 0;
  /** How often what is inspected may run in one evaluation. */
  #runs = 1;
  /** True for entries of a list, which are never lists themselves. */
  #isEntry = false;

  condition(value: unknown, path: Path): void {
    if (!this.expect(isObject(value), path, "a condition") || !isObject(value)) return;
    for (const [key, operand] of Object.entries(value)) {
      const here = [...path, key];
      if (GROUPING.has(key)) this.#conditions(operand, here);
      else if (key === "$not") this.condition(operand, here);
      else if (key.startsWith("$")) this.refuse(here, ...unknownOperator(key));
      else if (this.expect(key !== "", here, "the name of an attribute")) this.value(operand, here);
    }
  }

  #conditions(operand: unknown, path: Path): void {
    if (!this.expect(isFullList(operand), path, "a list of conditions") || !Array.isArray(operand)) return;
    for (const [index, condition] of operand.entries()) this.condition(condition, [...path, index]);
  }

  /** What an attribute is compared with: a value, or operators. */
  value(value: unknown, path: Path): void {
    if (isOperatorObject(value)) {
      for (const [operator, operand] of Object.entries(value)) {
        const here = [...path, operator];
        const inspect = OPERATORS.get(operator);
        if (inspect) inspect(this, operand, here);
        else this.refuse(here, ...unknownOperator(operator));
      }
    } else {
      const hint = Array.isArray(value)
        ? "lists stand behind $in, $nin and $all"
        : 'attributes inside of others are named by their path, such as "user.plan"';
      this.scalar(value, path, `a value, or operators: ${hint}`);
    }
  }

  scalar(value: unknown, path: Path, expected = "one value"): void {
    this.#countComparison();
    if (!this.expect(isScalar(value), path, expected)) return;
    const isShort = typeof value !== "string" || value.length <= MAXIMUM_TEXT_LENGTH;
    this.expect(isShort, path, `a text of at most ${MAXIMUM_TEXT_LENGTH} characters`);
  }

  list(operand: unknown, path: Path, isFolded: boolean): void {
    this.cost += this.#entries() * COST_OF_LOOKUP + (isFolded ? COST_OF_FOLDING : 0);
    const isList = isFullList(operand) && operand.every(isScalar);
    if (!this.expect(isList, path, "a list of values") || !Array.isArray(operand)) return;
    this.expect(operand.length <= MAXIMUM_LIST_OPERAND, path, `at most ${MAXIMUM_LIST_OPERAND} values`);
    if (isFolded) this.#expectShort(operand, path);
  }

  all(operand: unknown, path: Path, isFolded: boolean): void {
    if (!this.expect(isFullList(operand), path, "a list") || !Array.isArray(operand)) return;
    if (isFolded) this.#expectShort(operand, path);
    this.repeatedly(true, () => {
      for (const [index, entry] of operand.entries()) {
        if (isFolded) this.cost += COST_OF_FOLDING;
        this.value(entry, [...path, index]);
      }
    });
  }

  #expectShort(operand: readonly unknown[], path: Path): void {
    const areShort = operand.every(
      (entry) => typeof entry !== "string" || entry.length <= MAXIMUM_FOLDED_LENGTH,
    );
    this.expect(areShort, path, `texts of at most ${MAXIMUM_FOLDED_LENGTH} characters`);
  }

  pattern(operand: unknown, path: Path, isInsensitive: boolean): void {
    const isText = typeof operand === "string" && operand !== "";
    if (!this.expect(isText, path, "a pattern as a text") || !isText) return;
    const analysis = analyzePattern(operand, isInsensitive);
    this.#countComparison();
    if (analysis.ok) this.count(analysis.value.steps * COST_OF_PATTERN_STEP);
    else this.refuse(path, analysis.error.code, analysis.error.message);
  }

  /** For what runs once for each entry of an attribute that is a list. @param isEntry looks at the entries themselves */
  repeatedly(isEntry: boolean, inspect: () => void): void {
    const wasEntry = this.#isEntry;
    this.#runs *= MAXIMUM_LIST_LENGTH;
    this.#isEntry = isEntry;
    inspect();
    this.#isEntry = wasEntry;
    this.#runs /= MAXIMUM_LIST_LENGTH;
  }

  count(cost: number): void {
    this.cost += cost * this.#runs;
  }

  /** Entries of lists that the part at hand may come by. */
  #entries(): number {
    return this.#isEntry ? this.#runs : Math.min(this.#runs * MAXIMUM_LIST_LENGTH, MAXIMUM_VALUES);
  }

  #countComparison(): void {
    this.count(COST_OF_COMPARISON);
    if (!this.#isEntry) this.cost += this.#entries() * COST_OF_JOINING;
  }

  /** @returns whether the operand is as expected; where it is not, that is a fault */
  expect(isExpected: boolean, path: Path, expected: string): boolean {
    if (!isExpected) this.refuse(path, "wrong_operand", `this takes ${expected}`);
    return isExpected;
  }

  refuse(path: Path, code: ConditionErrorCode, message: string): void {
    this.validationErrors.push({ path, code, message });
  }
}

const isFullList = (value: unknown): value is unknown[] => Array.isArray(value) && value.length > 0;

type Inspect = (inspection: Inspection, operand: unknown, path: Path) => void;

const inspectScalar: Inspect = (inspection, operand, path) => inspection.scalar(operand, path);

const inspectOrdered: Inspect = (inspection, operand, path) => {
  if (inspection.expect(isNumberOrText(operand), path, "a number or a text"))
    inspection.scalar(operand, path);
};

const inspectVersion: Inspect = (inspection, operand, path) => {
  inspection.count(COST_OF_VERSION);
  const isVersion = typeof operand === "string" && operand !== "";
  if (inspection.expect(isVersion, path, "a version as a text")) inspection.scalar(operand, path);
};

/** What may stand behind each operator. */
const OPERATORS: ReadonlyMap<string, Inspect> = new Map<string, Inspect>([
  ["$eq", inspectScalar],
  ["$ne", inspectScalar],
  ...["$lt", "$lte", "$gt", "$gte"].map((operator): [string, Inspect] => [operator, inspectOrdered]),
  ...["$veq", "$vne", "$vgt", "$vgte", "$vlt", "$vlte"].map((operator): [string, Inspect] => [
    operator,
    inspectVersion,
  ]),
  ["$in", (inspection, operand, path) => inspection.list(operand, path, false)],
  ["$nin", (inspection, operand, path) => inspection.list(operand, path, false)],
  ["$ini", (inspection, operand, path) => inspection.list(operand, path, true)],
  ["$nini", (inspection, operand, path) => inspection.list(operand, path, true)],
  ["$all", (inspection, operand, path) => inspection.all(operand, path, false)],
  ["$alli", (inspection, operand, path) => inspection.all(operand, path, true)],
  ["$regex", (inspection, operand, path) => inspection.pattern(operand, path, false)],
  ["$regexi", (inspection, operand, path) => inspection.pattern(operand, path, true)],
  ["$not", (inspection, operand, path) => inspection.value(operand, path)],
  [
    "$exists",
    (inspection, operand, path) => inspection.expect(typeof operand === "boolean", path, "true or false"),
  ],
  [
    "$type",
    (inspection, operand, path) =>
      inspection.expect(TYPES.includes(String(operand)), path, `one of ${TYPES.join(", ")}`),
  ],
  [
    "$size",
    (inspection, operand, path) => {
      const isSize = typeof operand === "number" || isOperatorObject(operand);
      if (inspection.expect(isSize, path, "a number, or operators")) inspection.value(operand, path);
    },
  ],
  [
    "$elemMatch",
    (inspection, operand, path) =>
      inspection.repeatedly(isOperatorObject(operand), () =>
        isOperatorObject(operand) ? inspection.value(operand, path) : inspection.condition(operand, path),
      ),
  ],
]);

const GROUPING = new Set(["$or", "$and", "$nor"]);
const OF_SAVED_GROUPS = new Set(["$inGroup", "$notInGroup", "$savedGroup"]);

function unknownOperator(operator: string): [ConditionErrorCode, string] {
  if (OF_SAVED_GROUPS.has(operator)) {
    return ["saved_groups_unsupported", "there are no saved groups here; list the values with $in or $nin"];
  }
  const isMisplaced = GROUPING.has(operator) || OPERATORS.has(operator);
  return [
    "unknown_operator",
    isMisplaced
      ? `${operator} does not stand here: ${GROUPING.has(operator) ? "it groups conditions" : "it belongs to an attribute"}`
      : `there is no operator ${operator}`,
  ];
}

/**
 * Finds out why a targeting condition is refused: because it says nothing anybody can mean in GrowthBook's syntax, or
 * because one evaluation of it could take too long. All reasons at once.
 */
export function findConditionErrors(condition: JsonObject): ConditionError[] {
  const inspection = new Inspection();
  inspection.condition(condition, []);
  if (inspection.validationErrors.length > 0 || inspection.cost <= MAXIMUM_COST)
    return inspection.validationErrors;
  const message =
    "evaluating this could take too long: use fewer or simpler parts, above all inside of $all and $elemMatch";
  return [{ path: [], code: "too_costly", message }];
}
