import { createPriceList, type PriceList } from "#telemetry/pricing/price-list.ts";
import { readPriceList } from "#telemetry/pricing/read-price-list.ts";

const NO_PRICES = createPriceList([]);

/** Parsed once per isolate, and complained of once. */
let cache: { raw: unknown; prices: PriceList } | undefined;

/** The prices of models, from the variable `BAKEOFF_PRICES`. Where they are malformed, telemetry is taken without costs. */
export function readPrices(environment: object): PriceList {
  const raw: unknown = Reflect.get(environment, "BAKEOFF_PRICES");
  if (raw === undefined || raw === "") return NO_PRICES;
  if (cache?.raw === raw) return cache.prices;
  const list = readPriceList(raw);
  if (!list.ok) console.error({ message: "BAKEOFF_PRICES cannot be read", reason: list.error });
  cache = { raw, prices: list.ok ? list.value : NO_PRICES };
  return cache.prices;
}
