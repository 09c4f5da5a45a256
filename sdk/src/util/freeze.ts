/** Freezes a JSON value, all the way down: what several callers get none of them can change for the others. */
export function freeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}
