import type { Source } from "./source.ts";

/**
 * A 53-bit fingerprint of an event id. Ids are compared within one unit and experiment only, where even a million of
 * them collide with probability 1e-4; being a plain number it stores and compares cheaply.
 * The mixing constants are those of MurmurHash3's finalizer.
 */
function fingerprint(identifier: string): number {
  let low = 0xdeadbeef;
  let high = 0x41c6ce57;
  for (let index = 0; index < identifier.length; index++) {
    const unit = identifier.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    high = Math.imul(high ^ unit, 0xc2b2ae35);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}

/**
 * What an event is recognized by when it comes again, within its unit. Ids are told apart by who vouches for the unit: nobody
 * who writes for one by a weaker word can take an id that a stronger one is going to use.
 */
export function markOf(identifier: string, vouchedBy: Source["vouchedBy"] = "key"): number {
  return fingerprint(vouchedBy === "key" ? identifier : `${vouchedBy}\n${identifier}`);
}
