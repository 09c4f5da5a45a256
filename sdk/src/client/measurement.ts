import type { PriceList } from "../../../src/telemetry/pricing/price-list.ts";
import { costOf } from "../../../src/telemetry/pricing/token-cost.ts";
import type { Assigned, RecordOutcome, RunOptions, WaitUntil } from "../api.ts";
import type { Ending } from "../streams/observer.ts";
import { isToken, modelsOf, type Sign, signOf, signOfChunk } from "../streams/signs.ts";
import { createUsageReader, sumUsage } from "../streams/usage.ts";
import type { Metrics, OutcomeEvent, Properties } from "../types.ts";
import { read } from "../util/read.ts";
import { pause } from "../util/time.ts";
import type { RunIdentity } from "./handle.ts";

/** A result that promises its usage has it by the end of its stream, or not at all. */
const USAGE_PATIENCE_MILLISECONDS = 1_000;

export interface MeasurementOptions {
  prices: PriceList;
  log: (event: OutcomeEvent, waitUntil?: WaitUntil) => void;
  /** Flushing waits for this work. */
  track: (work: Promise<void>) => void;
  /** Is told of every run that begins, and of its end. */
  count: (change: 1 | -1) => void;
  onTooLate: (metrics: Metrics) => void;
  onUnpriced: (model: string) => void;
}

/** Two decimals are far below what any clock here can tell. */
const since = (started: number) => Math.round((performance.now() - started) * 100) / 100;

/** Looks into what the app got; trouble with that is not the app's. */
export function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // A getter that throws has nothing to say.
  }
}

/** Measures one run, and logs it once. @param identity of the run; without one there is nothing to log it for */
export function startMeasurement<Value>(
  assigned: Assigned<Value>,
  identity: RunIdentity | undefined,
  { model, properties: given, waitUntil }: RunOptions<Value>,
  { prices, log, track, count, onTooLate, onUnpriced }: MeasurementOptions,
) {
  count(1);
  const started = performance.now();
  const usage = createUsageReader();
  const answeredBy = new Set<string>();
  const measured: Metrics = {};
  const added: Metrics = {};
  const properties: Properties = { ...given };
  let sign: Sign | undefined;
  let results: readonly unknown[] = [];
  let isComplete = false;
  let isLogged = false;

  /** What was used, by all calls of the run together where it has made several. */
  function readUsage() {
    if (results.length < 2) return usage.read();
    return sumUsage(
      results.map((result) => {
        const reader = createUsageReader();
        reader.learn({ usage: read(result, "usage") });
        return reader.read();
      }),
    );
  }

  function measureTokens(): void {
    const used = readUsage();
    if (used.input !== undefined) measured.input_tokens = used.input;
    if (used.output !== undefined) measured.output_tokens = used.output;
    const asked = typeof model === "function" ? model() : model;
    const models = [...answeredBy, asked, read(assigned.value, "model")].filter(
      (name) => typeof name === "string",
    );
    const priced = prices.find(models);
    const cost = priced && costOf(used, priced.price);
    if (cost !== undefined) measured.cost_usd = cost;
    const [name] = models;
    const isPriceable = !prices.isEmpty && name !== undefined && used.input !== undefined;
    if (isPriceable && priced?.model !== name) onUnpriced(name);
  }

  function logNow(): void {
    isLogged = true;
    if (!identity) return;
    quietly(measureTokens);
    const hasProperties = Object.keys(properties).length > 0;
    log({ ...identity, metrics: { ...measured, ...added }, ...(hasProperties && { properties }) }, waitUntil);
  }

  function learn(source: unknown): void {
    for (const name of modelsOf(source)) answeredBy.add(name);
    usage.learn(source);
  }

  /** A result whose stream has ended knows its usage, or promises it. @returns true when it does the latter */
  function awaitUsage(result: unknown): boolean {
    if (usage.read().input !== undefined) return false;
    const promised = read(result, "totalUsage") ?? read(result, "usage");
    if (typeof read(promised, "then") !== "function") return false;
    const arrival = Promise.resolve(promised).then((sum) => learn({ usage: sum }));
    const work = pause(USAGE_PATIENCE_MILLISECONDS, arrival).then(logNow);
    track(work);
    waitUntil?.(work);
    return true;
  }

  return {
    record: ((metrics, more) => {
      if (isLogged) onTooLate(metrics);
      Object.assign(added, metrics);
      Object.assign(properties, more);
    }) satisfies RecordOutcome,
    onChunk(chunk: unknown): void {
      quietly(() => {
        if (measured.ttft_ms === undefined && isToken(chunk)) measured.ttft_ms = since(started);
        // Some streams tell of a failure instead of failing.
        if (sign === undefined || sign === "answered") sign = signOfChunk(chunk) ?? sign;
        learn(chunk);
      });
    },
    /** @param answers as `Observer.onEnd` is told of them */
    complete(ending: Ending, result?: unknown, answers?: readonly unknown[]): void {
      if (isComplete) return;
      isComplete = true;
      count(-1);
      results = answers ?? [];
      let isAwaited = false;
      quietly(() => {
        if (ending === "failed") return;
        for (const answer of results) {
          learn(answer);
          sign ??= signOf(answer);
        }
        if (ending === "cancelled" || answers) return;
        learn(result);
        sign ??= signOf(result);
        if (sign !== "failed" && sign !== "cancelled") isAwaited = awaitUsage(result);
      });
      // Who leaves a stream after its last word has had the whole answer, unless a helper was at its next one.
      const isOpen = sign === undefined || (sign === "answered" && results.length > 0);
      const isCancelled = sign === "cancelled" || (ending === "cancelled" && isOpen);
      measured.error = !isCancelled && (ending === "failed" || sign === "failed") ? 1 : 0;
      // How long the answer would have taken is not known then.
      if (isCancelled) measured.cancelled = 1;
      else measured.latency_ms = since(started);
      if (!isAwaited) logNow();
    },
  };
}
