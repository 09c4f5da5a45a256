/** What a model costs, in USD per million tokens. */
export interface TokenPrice {
  readonly input: number;
  readonly output: number;
  /** Of input tokens read from the provider's cache; by default as any other input. */
  readonly cached_input?: number | undefined;
  /** Of input tokens written into the provider's cache; by default as any other input. */
  readonly cache_write?: number | undefined;
}

/** The tokens of a call, as far as they are known. */
export interface TokenUsage {
  /** All input tokens, those read from and written into a cache among them. */
  input?: number | undefined;
  /** All output tokens, those of reasoning among them. */
  output?: number | undefined;
  cacheRead?: number | undefined;
  cacheWrite?: number | undefined;
}

/**
 * What a call cost, in USD.
 * @returns undefined where the count of input or of output tokens is not known: a part of the cost would look cheap
 */
export function costOf(usage: TokenUsage, price: TokenPrice): number | undefined {
  const { input, output, cacheRead = 0, cacheWrite = 0 } = usage;
  if (input === undefined || output === undefined) return undefined;
  const read = Math.min(cacheRead, input);
  const written = Math.min(cacheWrite, input - read);
  const { cached_input = price.input, cache_write = price.input } = price;
  const plain = input - read - written;
  return (
    (plain * price.input + read * cached_input + written * cache_write + output * price.output) / 1_000_000
  );
}
