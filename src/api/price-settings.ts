import { type PriceTable, readPriceTable } from "../telemetry/prices.ts";

const NO_PRICES: PriceTable = new Map();

/** Parsed once per isolate, and complained of once. */
let known: { raw: unknown; prices: PriceTable } | undefined;

/** The prices of models, from the variable `BAKEOFF_PRICES`. Where they are malformed, telemetry is taken without costs. */
export function readPrices(environment: object): PriceTable {
  const raw: unknown = Reflect.get(environment, "BAKEOFF_PRICES");
  if (raw === undefined || raw === "") return NO_PRICES;
  if (known?.raw === raw) return known.prices;
  const table = readPriceTable(raw);
  if (!table.ok) console.error({ message: "BAKEOFF_PRICES makes no sense", reason: table.reason });
  known = { raw, prices: table.ok ? table.prices : NO_PRICES };
  return known.prices;
}
