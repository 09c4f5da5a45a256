import { hashStateAfter } from "./hash.ts";

const hex = (state: number) => (state >>> 0).toString(16).padStart(8, "0");

/**
 * What stands for a unit in an experiment's list of overrides: two hashes of 32 bits after different beginnings, as 16
 * hexadecimal digits. It is quick and needs no secret, so that clients find units by it as the server does; whoever guesses a
 * unit's name can tell whether it is in the list.
 * @param experiment its key, so that lists of different experiments cannot be compared
 */
export function overrideHashOf(experiment: string, unit: string): string {
  const [first, second] = ["one", "two"].map((part) =>
    hashStateAfter(unit, hashStateAfter(`override ${part} ${experiment} `)),
  );
  return hex(first ?? 0) + hex(second ?? 0);
}
