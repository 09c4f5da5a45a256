import type { DatabaseSync } from "node:sqlite";
import type { LocalServer } from "#tools/local-server/local-server.ts";
import { openMainDatabase } from "#tools/local-server/open-main-database.ts";

const PATIENCE_MILLISECONDS = 120_000;

/** The schedule's newest run, and the looks so far, read from the file: asking the server would take part of what is measured. */
function readScheduleRun(database: DatabaseSync): { startedAt: number; looks: number } {
  const row = database.prepare("SELECT started_at, looks FROM schedule_run").get();
  return { startedAt: Number(row?.started_at), looks: Number(row?.looks) };
}

/** Waits until the minute has just begun: the server's own schedule runs then, and not again for a while. */
export async function awaitFreshMinute(): Promise<void> {
  while (new Date().getSeconds() !== 2) await new Promise((resolve) => setTimeout(resolve, 200));
}

/**
 * Makes all experiments due and runs the schedule.
 * @param data the server's folder
 * @param experiments how many looks there are to be taken
 * @returns the seconds until it has done its own work, and until it has taken all looks
 * @throws where looks are missing after two minutes
 */
export async function tick(
  server: LocalServer,
  data: string,
  experiments: number,
): Promise<{ run: number; looks: number }> {
  const database = await openMainDatabase(data);
  database.exec("PRAGMA busy_timeout = 10000; UPDATE experiment SET analyzed_at = analyzed_at - 600000");
  const before = readScheduleRun(database).looks;
  const began = performance.now();
  const runAt = Date.now();
  const secondsUntil = async (isReached: (run: ReturnType<typeof readScheduleRun>) => boolean) => {
    while (!isReached(readScheduleRun(database))) {
      if (performance.now() - began > PATIENCE_MILLISECONDS) throw new Error("looks are missing");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return (performance.now() - began) / 1_000;
  };
  try {
    const [run, looks] = await Promise.all([
      secondsUntil(({ startedAt }) => startedAt >= runAt),
      secondsUntil((one) => one.looks >= before + experiments),
      server.runSchedule(runAt),
    ]);
    return { run, looks };
  } finally {
    database.close();
  }
}
