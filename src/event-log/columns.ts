import * as z from "zod";

/*
 * How lists of alike records are stored: by column, since values of one kind compress well beside each other. Every schema
 * here checks a whole column at once, which costs a fraction of checking records.
 */

/** Few different values: each once, and for every record which one; without `rows` all records have the first. */
export const dictionarySchema = z.strictObject({
  values: z.array(z.union([z.string(), z.number(), z.null()])),
  rows: z.array(z.int().nonnegative()).optional(),
});
export type Dictionary = z.infer<typeof dictionarySchema>;
type Word = Dictionary["values"][number];

/** Records with few different sets of keys: each set once, for every record which one, and all values in a row. */
export const shapedSchema = z.strictObject({
  shapes: z.array(z.array(z.string())),
  rows: z.array(z.int().nonnegative()).optional(),
  values: z.array(z.union([z.number(), z.string(), z.boolean()])),
});
export type Shaped = z.infer<typeof shapedSchema>;

type Flat = Readonly<Record<string, Shaped["values"][number]>>;

/** Each different item once, as they first come, and for every item which one; without `rows` all are like the first. */
function distinct<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string | number | null,
): { different: Item[]; rows?: number[] } {
  const numbers = new Map<string | number | null, number>();
  const different: Item[] = [];
  const rows = items.map((item) => {
    const name = nameOf(item);
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, different.length);
    return different.push(item) - 1;
  });
  return { different, ...(different.length > 1 && { rows }) };
}

/** Stores each different value once. @returns undefined where no record has a value: such a column is not stored */
export function encodeDictionary(column: readonly (Word | undefined)[]): Dictionary | undefined {
  const words = column.map((word = null) => word);
  const { different: values, ...rows } = distinct(words, (word) => word);
  if (values.length === 1 && values[0] === null) return undefined;
  return { values, ...rows };
}

/** The value of a record, undefined where it has none. */
export function wordOf(dictionary: Dictionary | undefined, row: number): string | number | undefined {
  return dictionary?.values[dictionary.rows?.[row] ?? 0] ?? undefined;
}

export function textOf(dictionary: Dictionary | undefined, row: number): string | undefined {
  const word = wordOf(dictionary, row);
  return typeof word === "string" ? word : undefined;
}

export function numberOf(dictionary: Dictionary | undefined, row: number): number | undefined {
  const word = wordOf(dictionary, row);
  return typeof word === "number" ? word : undefined;
}

/** Stores flat records as their different sets of keys and all their values. @returns undefined where no record has any key */
export function encodeShaped(records: readonly (Flat | undefined)[]): Shaped | undefined {
  const keys = records.map((record = {}) => Object.keys(record));
  const { different: shapes, ...rows } = distinct(keys, (one) => JSON.stringify(one));
  if (shapes.every((shape) => shape.length === 0)) return undefined;
  return { shapes, ...rows, values: records.flatMap((record = {}) => Object.values(record)) };
}

/** The records of a column in order, undefined for those without keys. */
export function* decodeShaped(shaped: Shaped | undefined, count: number): Generator<Flat | undefined> {
  let next = 0;
  for (let row = 0; row < count; row++) {
    const keys = shaped?.shapes[shaped.rows?.[row] ?? 0] ?? [];
    const first = next;
    next += keys.length;
    yield keys.length === 0
      ? undefined
      : Object.fromEntries(keys.map((key, index) => [key, shaped?.values[first + index] ?? 0]));
  }
}

/** The first number, and of every other one by how much it differs from the one before. */
export function encodeDifferences(numbers: readonly number[]): number[] {
  return numbers.map((number, index) => number - (numbers[index - 1] ?? 0));
}

export function decodeDifferences(differences: readonly number[]): number[] {
  let sum = 0;
  return differences.map((difference) => {
    sum += difference;
    return sum;
  });
}
