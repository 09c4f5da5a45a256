import { type ModelName, parseModelName } from "./model-name.ts";
import type { TokenPrice } from "./token-cost.ts";

/** Prices that are found by any of the names under which a model goes. */
export interface PriceList {
  /** True where there are no prices at all. */
  readonly isEmpty: boolean;
  /**
   * The price of a call's model.
   * @param models the names that a call goes by, the likeliest first
   * @returns the price, and the first of the names that has one
   */
  find(models: readonly string[]): { price: TokenPrice; model: string } | undefined;
}

interface Entry {
  version: string | null;
  price: TokenPrice;
}

function isSamePrice(one: TokenPrice, other: TokenPrice): boolean {
  return (
    one.input === other.input &&
    one.output === other.output &&
    one.cached_input === other.cached_input &&
    one.cache_write === other.cache_write
  );
}

/** The price that all entries agree on. */
function agreedPrice(entries: readonly Entry[]): TokenPrice | undefined {
  const [first] = entries;
  return first && entries.every(({ price }) => isSamePrice(price, first.price)) ? first.price : undefined;
}

function priceOfVersion(entries: readonly Entry[], version: string | null): TokenPrice | undefined {
  const same = entries.filter((entry) => entry.version === version);
  if (same.length > 0) return agreedPrice(same);
  // A name without a version may be any of those with one; a version says nothing of another.
  return agreedPrice(version === null ? entries : entries.filter((entry) => entry.version === null));
}

/**
 * Makes prices findable. Each name is looked up as it stands, then without provider, region and date; the model that
 * answered comes before the one that was asked for, by whatever name. Where the list
 * leaves open which of several prices holds, there is none.
 */
export function createPriceList(prices: Iterable<readonly [string, TokenPrice]>): PriceList {
  const byName = new Map(prices);
  const byBase = new Map<string, Entry[]>();
  for (const [name, price] of byName) {
    const { base, version } = parseModelName(name);
    byBase.set(base, [...(byBase.get(base) ?? []), { version, price }]);
  }
  const byMeaning = ({ base, version }: ModelName) => priceOfVersion(byBase.get(base) ?? [], version);
  return {
    isEmpty: byName.size === 0,
    find(models) {
      for (const model of models) {
        const price = byName.get(model) ?? byMeaning(parseModelName(model));
        if (price) return { price, model };
      }
      return undefined;
    },
  };
}
