import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { takeBasis } from "#log-reader/basis.ts";
import { programOf } from "#log-reader/programs/index.ts";
import { type LogQuestion, readerName } from "#log-reader/question.ts";
import { RunSlice, type Used } from "#log-reader/run.ts";
import { beginRun, readBasis, readRun } from "#log-reader/run-state.ts";
import { RunStorage } from "#log-reader/run-storage.ts";
import { openDatabases } from "#store/database.ts";

/** Far enough for a test to end before. */
const LATER_MILLISECONDS = 3_600_000;

/** A run that has begun, and whose slices come when the test wants them. */
export async function startReading(question: LogQuestion) {
  const stub = env.LOG_READER.getByName(readerName(question));
  const inStorage = <Value>(work: (storage: RunStorage) => Value) =>
    runInDurableObject(stub, (_instance, state) => {
      const storage = new RunStorage(state.storage);
      storage.open();
      return work(storage);
    });
  const taken = await takeBasis(openDatabases(env), env.AGGREGATOR, question, Date.now());
  if (!taken.ok) throw new Error(taken.error.detail);
  await inStorage((storage) => beginRun(storage, taken.value));
  await runInDurableObject(stub, (_instance, state) =>
    state.storage.setAlarm(Date.now() + LATER_MILLISECONDS),
  );
  const takeSlice = (isUsedUp: (used: Used) => boolean) =>
    inStorage(async (storage) => {
      const basis = readBasis(storage);
      const program = programOf(basis, storage);
      return new RunSlice(openDatabases(env), storage, program, basis.quarantines, isUsedUp).work();
    });
  return {
    stub,
    state: () => inStorage((storage) => readRun(storage)?.state),
    /** A slice that ends after one batch of entries. */
    takeShortSlice: () => takeSlice(({ entries }) => entries > 0),
    /** All slices at once, without what follows from them. */
    takeAll: () => takeSlice(() => false),
  };
}
