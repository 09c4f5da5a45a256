/** A text of an attribute that is kept; longer ones are not. */
export const MAXIMUM_ATTRIBUTE_LENGTH = 64;

/** What is kept of a unit's attributes. */
export type UnitAttributes = Record<string, string | number | boolean>;

interface Keeping {
  attributes: readonly string[];
  adjustFor?: { strata?: { attribute: string } | undefined; covariates: readonly string[] } | undefined;
}

/** The attributes that an experiment keeps of a unit: those that it lists, and those that it adjusts for. Each once. */
export function keptAttributesOf({ attributes, adjustFor }: Keeping): string[] {
  const { strata, covariates = [] } = adjustFor ?? {};
  return [...new Set([...attributes, ...(strata ? [strata.attribute] : []), ...covariates])];
}

/** Whether a value may be kept: a number, true or false, or a short text. */
function isKeepable(value: unknown): value is string | number | boolean {
  if (typeof value === "string") return value.length <= MAXIMUM_ATTRIBUTE_LENGTH;
  return typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
}

/**
 * What an experiment keeps of the attributes of an assignment. A value that is too long, or no plain value, is as if it were
 * missing: targeting reads it all the same.
 * @param names those that it keeps
 * @returns undefined where nothing is kept
 */
export function pickAttributes(
  names: readonly string[],
  attributes: Readonly<Record<string, unknown>> | undefined,
): UnitAttributes | undefined {
  if (names.length === 0 || attributes === undefined) return undefined;
  const picked: UnitAttributes = {};
  for (const name of names) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (isKeepable(value)) picked[name] = value;
  }
  return Object.keys(picked).length > 0 ? picked : undefined;
}
