import type { Choice } from "./choice.ts";

const LONG = "x".repeat(20_000);

/** What fields hold that no app would send. */
const HOSTILE_VALUES: readonly [unknown, ...unknown[]] = [
  null,
  true,
  0,
  -1,
  1e308,
  -1e308,
  1.5,
  2 ** 60,
  "",
  " ",
  "__proto__",
  "constructor",
  "'; DROP TABLE experiment; --",
  "<script>alert(1)</script>",
  "\u0000",
  "\ud800",
  "\u202e",
  "🙂".repeat(200),
  "../../etc/passwd",
  "%00%ff",
  LONG,
  [],
  {},
  [[[[[[[[]]]]]]]],
  Array<number>(2_000).fill(0),
  Array<object>(2_000).fill({}),
  { toString: "x", __proto__: { admin: true } },
  Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`field ${index}`, index])),
];

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

/** The value with one thing in it changed: replaced, left out, added, or said twice. */
export function mutateValue(value: unknown, choice: Choice): unknown {
  if (!isContainer(value) || choice.happens(0.1)) return choice.from(HOSTILE_VALUES);
  if (Array.isArray(value)) {
    const index = choice.below(value.length);
    if (value.length === 0 || choice.happens(0.2)) return [...value, choice.from(HOSTILE_VALUES)];
    if (choice.happens(0.2)) return value.flatMap((element) => [element, element]);
    return value.with(index, mutateValue(value[index], choice));
  }
  const entries = Object.entries(value);
  const chosen = choice.among(entries);
  if (!chosen || choice.happens(0.2))
    return { ...value, [choice.from(["surprise", "", "constructor", LONG])]: 1 };
  const others = entries.filter(([name]) => name !== chosen[0]);
  if (choice.happens(0.25)) return Object.fromEntries(others);
  return Object.fromEntries([...others, [chosen[0], mutateValue(chosen[1], choice)]]);
}

/** The bytes with some of them changed, left out or said again. */
export function mutateBytes(bytes: Uint8Array, choice: Choice): Uint8Array {
  const at = choice.below(bytes.length + 1);
  const kind = choice.below(4);
  if (kind === 0) return bytes.slice(0, at);
  if (kind === 1) return Uint8Array.from([...bytes.slice(0, at), choice.below(256), ...bytes.slice(at)]);
  if (kind === 2) return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at), ...bytes.slice(at)]);
  return bytes.length === 0
    ? bytes
    : bytes.map((byte, index) => (index === at ? byte ^ (1 << choice.below(8)) : byte));
}

/** JSON that no encoder writes. */
export const HOSTILE_TEXTS: readonly [string, ...string[]] = [
  "",
  "{",
  "null",
  "[]",
  "[1,2",
  "NaN",
  '{"a":1,"a":2}',
  '{"__proto__":{"admin":true}}',
  `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
  `${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`,
  `[${"0,".repeat(50_000)}0]`,
  '{"a":1e999}',
  '"\\ud800"',
  "\ufeff{}",
  " ".repeat(10_000),
];
