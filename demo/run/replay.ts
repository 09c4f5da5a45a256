import type { ApiClient } from "#contract/client.ts";
import { everySecond, REPLAY_SECONDS } from "./pace.ts";
import type { Scenario } from "./scenario.ts";
import { sendUnits, untilServed } from "./send-units.ts";
import type { RecordedUnit } from "./traffic.ts";

/** Sends a scenario's units through Bakeoff, spread evenly over the replay. @param onProgress units sent since the last call */
export async function replay(
  app: ApiClient,
  scenario: Scenario,
  traffic: readonly RecordedUnit[],
  onProgress: (units: number) => void,
): Promise<void> {
  const target = { ...scenario, arms: [scenario.control, scenario.treatment] };
  if (traffic[0]) await untilServed(app, target, traffic[0]);
  const until = (step: number): number => Math.floor((traffic.length * step) / REPLAY_SECONDS);
  for await (const step of everySecond(REPLAY_SECONDS)) {
    const share = traffic.slice(until(step), until(step + 1));
    await sendUnits(app, target, share);
    onProgress(share.length);
  }
}
