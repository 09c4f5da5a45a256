/* Without a schema library: clients in local mode check attributes too. */

/** Attributes of a unit, their number. */
export const MAXIMUM_ATTRIBUTES = 100;

/** Of a text or a name, in UTF-16 code units. */
export const MAXIMUM_TEXT_LENGTH = 1_024;

/** Of a list. */
export const MAXIMUM_LIST_LENGTH = 100;

/** Of all names and values together, in UTF-16 code units, and 8 for each value. */
const MAXIMUM_SIZE = 65_536;
const SIZE_OF_VALUE = 8;

/** Values that fit into that size. */
export const MAXIMUM_VALUES = MAXIMUM_SIZE / SIZE_OF_VALUE;

const MAXIMUM_DEPTH = 8;

/** One reason why attributes are refused. */
export interface AttributeError {
  path: readonly PropertyKey[];
  message: string;
}

class Measurement {
  size = 0;

  measure(value: unknown, path: readonly PropertyKey[]): AttributeError | undefined {
    if (this.size > MAXIMUM_SIZE)
      return { path: [], message: `attributes hold at most ${MAXIMUM_SIZE} characters` };
    this.size += SIZE_OF_VALUE;
    if (typeof value === "string") return this.#measureText(value, path);
    if (typeof value !== "object" || value === null) return undefined;
    if (path.length > MAXIMUM_DEPTH)
      return { path, message: `attributes are nested at most ${MAXIMUM_DEPTH} deep` };
    if (!Array.isArray(value)) return this.#measureObject(value, path);
    if (value.length > MAXIMUM_LIST_LENGTH) {
      return { path, message: `a list has at most ${MAXIMUM_LIST_LENGTH} entries` };
    }
    for (const [index, entry] of value.entries()) {
      const here = [...path, index];
      const validationError = Array.isArray(entry)
        ? { path: here, message: "a list holds no lists" }
        : this.measure(entry, here);
      if (validationError) return validationError;
    }
    return undefined;
  }

  #measureText(text: string, path: readonly PropertyKey[]): AttributeError | undefined {
    this.size += text.length;
    return text.length > MAXIMUM_TEXT_LENGTH
      ? { path, message: `a text has at most ${MAXIMUM_TEXT_LENGTH} characters` }
      : undefined;
  }

  #measureObject(object: object, path: readonly PropertyKey[]): AttributeError | undefined {
    const names = Object.keys(object);
    if (names.length > MAXIMUM_ATTRIBUTES) {
      return { path, message: `there are at most ${MAXIMUM_ATTRIBUTES} attributes` };
    }
    for (const name of names) {
      const here = [...path, name];
      const validationError = this.#measureText(name, here) ?? this.measure(Reflect.get(object, name), here);
      if (validationError) return validationError;
    }
    return undefined;
  }
}

/**
 * Finds the first reason why attributes are refused, so that evaluating a condition over them has a bound.
 * @returns undefined where there is none
 */
export function findAttributeError(attributes: object): AttributeError | undefined {
  return new Measurement().measure(attributes, []);
}
