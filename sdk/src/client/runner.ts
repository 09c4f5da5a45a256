import { createPriceList } from "../../../src/telemetry/pricing/price-list.ts";
import type { Assigned, Price, RecordOutcome, RunOptions } from "../api.ts";
import { collectAnswers, observe } from "../streams/observe.ts";
import { isCancellation } from "../streams/signs.ts";
import type { RunIdentity } from "./handle.ts";
import { type MeasurementOptions, quietly, startMeasurement } from "./measurement.ts";

export interface RunnerOptions extends Omit<MeasurementOptions, "prices"> {
  prices: Readonly<Record<string, Price>>;
}

/** Measures runs. A file of its own, so that only clients that run something load it. */
export function createRunner({ prices, ...rest }: RunnerOptions) {
  const options: MeasurementOptions = { ...rest, prices: createPriceList(Object.entries(prices)) };

  /** Makes the app's own call, measures it and logs it. @throws only what the call throws */
  return async <Result, Value>(
    assigned: Assigned<Value>,
    identity: RunIdentity | undefined,
    runOptions: RunOptions<Value>,
    call: (assigned: Assigned<Value>, record: RecordOutcome) => Result,
  ) => {
    const { record, onChunk, complete } = startMeasurement(assigned, identity, runOptions, options);
    const isAborted = () => runOptions.signal?.aborted === true;
    let result: Awaited<Result>;
    let answers: readonly unknown[] = [];
    try {
      const returned = call(assigned, record);
      quietly(() => {
        answers = collectAnswers(returned, onChunk);
      });
      result = await returned;
    } catch (cause) {
      complete(isAborted() || isCancellation(cause) ? "cancelled" : "failed");
      throw cause;
    }
    let observed: unknown;
    quietly(() => {
      const isRefused = typeof Response !== "undefined" && result instanceof Response && result.status >= 400;
      // Its status has decided, and its body may never be read.
      if (isRefused) return complete(isAborted() ? "cancelled" : "failed", result);
      observed = observe(result, {
        onChunk,
        onEnd: (ending, whole) => complete(isAborted() ? "cancelled" : ending, result, whole),
      });
    });
    if (observed === undefined) complete("complete", result, answers.length > 0 ? answers : undefined);
    return (observed ?? result) as typeof result;
  };
}

export type Runner = ReturnType<typeof createRunner>;
