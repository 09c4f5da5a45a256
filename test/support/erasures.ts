import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Erasure } from "#contract/erasures.ts";
import worker from "../../src/limited.ts";
import { succeed } from "./api-client.ts";

/** One run of the schedule. @param environment another one where something is to fail */
export async function runSchedule(environment: Env = env): Promise<void> {
  await worker.scheduled({ scheduledTime: Date.now(), cron: "* * * * *", noRetry() {} }, environment);
}

/** Asks for a unit to be erased, and runs the schedule until it is. */
export async function eraseUnit(unit: string): Promise<Erasure> {
  const { id } = await succeed("DELETE", `/v1/units/${encodeURIComponent(unit)}`);
  return vi.waitFor(
    async () => {
      await runSchedule();
      const erasure: Erasure = await succeed("GET", `/v1/erasures/${id}`);
      if (erasure.state !== "done") throw new Error("the unit is not erased yet");
      return erasure;
    },
    { timeout: 10_000 },
  );
}
