import { Failure } from "./failure.ts";
import { wordsFor } from "./read.ts";

/** As the server has them: what it refuses takes its neighbors along, and is left out here instead. */
const MAXIMUM_MAGNITUDE = 1e12;
const MAXIMUM_TEXT = 256;

const isNumber = (value: unknown) => typeof value === "number" && Math.abs(value) <= MAXIMUM_MAGNITUDE;

const KINDS = {
  metric: {
    most: 50,
    name: /^(?!constructor$|prototype$)[a-z][a-z0-9_]{0,63}$/,
    isSound: (value: unknown) => isNumber(value) || typeof value === "boolean",
    rule: `a metric is a number up to ${MAXIMUM_MAGNITUDE}, or a boolean`,
  },
  property: {
    most: 20,
    name: /^(?!constructor$|prototype$|__proto__$)[\s\S]{1,64}$/,
    isSound: (value: unknown) =>
      typeof value === "string"
        ? value.length <= MAXIMUM_TEXT
        : Number.isFinite(value) || typeof value === "boolean",
    rule: `a property is a text of at most ${MAXIMUM_TEXT} characters, a number or a boolean`,
  },
  covariate: {
    most: 20,
    // The server says what is wrong with a name: the question is the code's own.
    name: /^/,
    isSound: isNumber,
    rule: `a covariate is a number up to ${MAXIMUM_MAGNITUDE}`,
  },
};

/**
 * Leaves out what the server would refuse; what is undefined is not there.
 * @param tell is told of everything left out, with the code `invalid_metric:` (or the like) and its name
 */
export function soundValues<Value>(
  kind: keyof typeof KINDS,
  values: Readonly<Record<string, Value>>,
  tell: (failure: Failure, item: unknown) => void,
): Record<string, Value> {
  const { most, name: pattern, isSound, rule } = KINDS[kind];
  const sound: [string, Value][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const reason = !pattern.test(name)
      ? `no ${kind} can have this name`
      : !isSound(value)
        ? `${rule}, not ${typeof value === "string" ? "this text" : wordsFor(value)}`
        : sound.length === most && `${most} are the most`;
    if (reason) tell(new Failure(`invalid_${kind}:${name}`, reason), { [name]: value });
    else sound.push([name, value]);
  }
  return Object.fromEntries(sound);
}
