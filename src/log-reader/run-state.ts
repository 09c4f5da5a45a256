import * as z from "zod";
import { type Basis, basisSchema, type TakenBasis } from "./basis.ts";
import type { RunStorage } from "./run-storage.ts";

/** How it is with a run. Times are epoch milliseconds. */
const runSchema = z.strictObject({
  state: z.enum(["running", "done", "failed"]),
  /** Of its basis. */
  fingerprint: z.string(),
  /** So many slices have begun at the same place, */
  attempts: z.int().nonnegative(),
  /** which is this one. */
  place: z.string().nullable(),
  /** How often it has begun anew, because a unit was erased meanwhile. */
  restarts: z.int().nonnegative(),
  /** Whether somebody was told to ask again. */
  isAwaited: z.boolean(),
  endedAt: z.int().nullable(),
});
export type Run = z.infer<typeof runSchema>;

const RUN = "run";
const BASIS = "basis";
const RESULT = "result";

/** The run that a reader has; undefined where there is none. */
export function readRun(storage: RunStorage): Run | undefined {
  return storage.read(RUN, runSchema);
}

/** @throws where no run is going on */
export function readBasis(storage: RunStorage): Basis {
  const basis = storage.read(BASIS, basisSchema);
  if (!basis) throw new Error("a run has no basis");
  return basis;
}

/** What a run has found, as JSON; undefined before its end. */
export function resultText(storage: RunStorage): string | undefined {
  return storage.text(RESULT);
}

/** Begins a run in the place of the one before. @param kept what it takes over, where it is the same one that begins anew */
export function beginRun(
  storage: RunStorage,
  { basis, totals }: TakenBasis,
  kept: Pick<Run, "restarts" | "isAwaited"> = { restarts: 0, isAwaited: false },
): void {
  storage.transaction(() => {
    storage.clear();
    storage.write(RUN, {
      state: "running",
      fingerprint: basis.fingerprint,
      attempts: 0,
      place: null,
      ...kept,
      endedAt: null,
    } satisfies Run);
    storage.write(BASIS, basis);
    for (const { name, phases } of totals) storage.write(name, phases);
  });
}

/** Changes what is kept of a run. */
export function noteRun(storage: RunStorage, run: Run, change: Partial<Run>): void {
  storage.write(RUN, { ...run, ...change } satisfies Run);
}

/** Ends a run, and forgets what only it needed. @param result of one that is done */
export function endRun(
  storage: RunStorage,
  run: Run,
  end: { state: "done" | "failed"; now: number; result?: unknown },
): void {
  storage.transaction(() => {
    storage.clear();
    noteRun(storage, run, { state: end.state, endedAt: end.now });
    if (end.result !== undefined) storage.write(RESULT, end.result);
  });
}
