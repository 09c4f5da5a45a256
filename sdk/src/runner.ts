import type { Assigned, Bakeoff, Price, RecordOutcome, WaitUntil } from "./api.ts";
import { writeHandle } from "./handle.ts";
import { makeIdentifier } from "./identifier.ts";
import { observe } from "./observe.ts";
import { read } from "./read.ts";
import { pause } from "./time.ts";
import type { Metrics, OutcomeEvent, Properties } from "./types.ts";
import { addUsage, costOf, type Usage } from "./usage.ts";

/** A result that promises its usage has it by the end of its stream, or not at all. */
const USAGE_PATIENCE_MILLISECONDS = 1_000;

export interface RunnerOptions {
  assign: Bakeoff["assign"];
  prices: Record<string, Price>;
  log: (event: OutcomeEvent, waitUntil?: WaitUntil) => void;
  /** Flushing waits for this work. */
  track: (work: Promise<void>) => void;
  onTooLate: (metrics: Metrics) => void;
}

/** Does a chunk hold something of the answer? Streams begin with announcements. */
function isToken(chunk: unknown): boolean {
  const type = read(chunk, "type");
  if (typeof type === "string") return /delta$|^(tool-call|file)$/.test(type);
  const choices = read(chunk, "choices");
  if (!Array.isArray(choices)) return chunk !== "";
  return choices.some((choice) =>
    Object.entries(read(choice, "delta") ?? {}).some(
      ([name, part]) => name !== "role" && part && part !== "",
    ),
  );
}

/** Two decimals are far below what any clock here can tell. */
const since = (started: number) => Math.round((performance.now() - started) * 100) / 100;

/** Looks into what the app got; trouble with that is not the app's. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // A getter that throws has nothing to say.
  }
}

/** Measures one run, and logs it once. */
function startMeasurement<Value>(
  assigned: Assigned<Value>,
  unit: string,
  given: Properties | undefined,
  waitUntil: WaitUntil | undefined,
  { prices, log, track, onTooLate }: RunnerOptions,
) {
  const { experiment, variant, period, value } = assigned;
  const identity =
    experiment !== null && variant !== null
      ? { id: makeIdentifier(), experiment, unit, variant, period: period ?? 0 }
      : undefined;
  const started = performance.now();
  const usage: Usage = {};
  const measured: Metrics = {};
  const added: Metrics = {};
  const properties: Properties = { ...given };
  let answeredBy: unknown;
  let isComplete = false;
  let isAwaited = false;
  let isLogged = false;

  function logNow(): void {
    isLogged = true;
    if (!identity) return;
    if (usage.input !== undefined) measured.input_tokens = usage.input;
    if (usage.output !== undefined) measured.output_tokens = usage.output;
    const price = prices[String(read(value, "model"))] ?? prices[String(answeredBy)];
    if (price && usage.input !== undefined) measured.cost_usd = costOf(usage, price);
    const metrics = { ...measured, ...added };
    const hasProperties = Object.keys(properties).length > 0;
    log({ ...identity, metrics, ...(hasProperties && { properties }) }, waitUntil);
  }

  function learn(source: unknown): void {
    answeredBy ??= read(source, "model");
    addUsage(usage, source);
  }

  /** A result whose stream has ended knows its usage, or promises it. @returns true when it does the latter */
  function awaitUsage(result: unknown): boolean {
    const promised = read(result, "totalUsage") ?? read(result, "usage");
    if (typeof read(promised, "then") !== "function") return false;
    const arrival = Promise.resolve(promised).then((sum) => learn({ usage: sum }));
    const work = pause(USAGE_PATIENCE_MILLISECONDS, arrival).then(logNow);
    track(work);
    waitUntil?.(work);
    return true;
  }

  return {
    handle: writeHandle(identity),
    record: ((metrics, more) => {
      if (isLogged) onTooLate(metrics);
      Object.assign(added, metrics);
      Object.assign(properties, more);
    }) satisfies RecordOutcome,
    onChunk(chunk: unknown): void {
      if (measured.ttft_ms === undefined && isToken(chunk)) measured.ttft_ms = since(started);
      // Some streams tell of a failure instead of failing.
      if (/^error$|failed$/.test(String(read(chunk, "type")))) measured.error = 1;
      quietly(() => learn(chunk));
    },
    complete(error: 0 | 1, isCancelled: boolean, result?: unknown): void {
      if (isComplete) return;
      isComplete = true;
      measured.error ??= error;
      // How long the answer would have taken is not known then.
      if (isCancelled) properties.cancelled = true;
      else measured.latency_ms = since(started);
      quietly(() => {
        if (error || isCancelled) return;
        learn(result);
        isAwaited = awaitUsage(result);
      });
      if (!isAwaited) logNow();
    },
  };
}

/** The experiment runner: nothing of its own ever reaches the app as an exception. */
export function createRunner(options: RunnerOptions): Bakeoff["run"] {
  return async (config, runOptions, call) => {
    const assigned = await options.assign(config, runOptions);
    const { unit, properties, waitUntil } = runOptions;
    const measurement = startMeasurement(assigned, unit, properties, waitUntil, options);
    const { handle, record, onChunk, complete } = measurement;
    let result: Awaited<ReturnType<typeof call>>;
    try {
      result = await call(assigned, record);
    } catch (cause) {
      complete(1, false);
      throw cause;
    }
    let observed: unknown;
    quietly(() => {
      observed = observe(result, {
        onChunk,
        onEnd: (error, isCancelled) => complete(error, isCancelled, result),
      });
    });
    if (observed === undefined) complete(0, false, result);
    return { result: (observed ?? result) as typeof result, handle, assigned };
  };
}
