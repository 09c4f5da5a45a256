import type { Namespace } from "./namespace.ts";

type MaybeNamespace = Namespace | null | undefined;

/** Whether two experiments can never share a unit: they keep to disjoint ranges of one namespace. */
export function areDisjoint(one: MaybeNamespace, other: MaybeNamespace): boolean {
  if (!one || !other || one.name !== other.name) return false;
  return one.range[1] <= other.range[0] || other.range[1] <= one.range[0];
}
