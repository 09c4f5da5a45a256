import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { openDatabase } from "#store/database.ts";
import { thinSnapshots } from "#store/thin-snapshots.ts";
import { createExperiment } from "#test/support/api-client.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

async function timesOf(table: "snapshot" | "decision", experiment: string): Promise<number[]> {
  const { results } = await env.DB.prepare(
    `SELECT taken_at FROM ${table} WHERE experiment = ? ORDER BY taken_at`,
  )
    .bind(experiment)
    .all();
  return results.map(({ taken_at: takenAt }) => Number(takenAt));
}

it("every look is kept for a day, one an hour for a month, one a day for ever, and all that decided", async () => {
  const { key } = await createExperiment();
  const now = Math.floor(Date.now() / DAY) * DAY + 100 * DAY;
  const begin = now - 90 * DAY;
  await env.DB.prepare("UPDATE experiment SET started_at = ? WHERE key = ?").bind(begin, key).run();
  const times = Array.from({ length: (90 * DAY) / (20 * MINUTE) }, (_, index) => begin + index * 20 * MINUTE);
  const notable = times[100];
  const rows = JSON.stringify(times.map((time) => [time, time === notable ? 1 : 0]));
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO snapshot (experiment, taken_at, source, phases, analysis, guardrails, decision)
       SELECT ?, value ->> 0, 'cron', '[]', '{}', '[]', '{}' FROM json_each(?)`,
    ).bind(key, rows),
    env.DB.prepare(
      `INSERT INTO decision (experiment, taken_at, source, decision, summary, is_notable)
       SELECT ?, value ->> 0, 'cron', '{}', '', value ->> 1 FROM json_each(?)`,
    ).bind(key, rows),
  ]);

  for (let call = 0; call < 30; call++) await thinSnapshots(openDatabase(env.DB), now);

  const lastOf = (stretch: number) => (time: number) =>
    time + 20 * MINUTE >= (Math.floor(time / stretch) + 1) * stretch;
  const expected = times.filter((time) => {
    if (time === notable || time >= now - DAY) return true;
    return time >= now - 30 * DAY ? lastOf(HOUR)(time) : lastOf(DAY)(time);
  });
  expect(await timesOf("snapshot", key)).toEqual(expected);
  expect(await timesOf("decision", key)).toEqual(expected);

  await thinSnapshots(openDatabase(env.DB), now);
  expect(await timesOf("snapshot", key)).toEqual(expected);
});
