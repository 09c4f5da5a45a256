import { MultiBar, Presets, type SingleBar } from "cli-progress";
import type { Scenario } from "./scenario.ts";

/** Shows how far the replay is. */
export interface Progress {
  add: (scenario: Scenario, units: number) => ScenarioProgress;
  stop: () => void;
}

export interface ScenarioProgress {
  advance: (units: number) => void;
  decided: (decision: string) => void;
}

function bars(): Progress {
  const screen = new MultiBar(
    { format: "{title} {bar} {value}/{total} units  {decision}", hideCursor: true, barsize: 30 },
    Presets.shades_classic,
  );
  return {
    add: ({ title }, units) => {
      const bar: SingleBar = screen.create(units, 0, { title: title.padEnd(26), decision: "running" });
      return {
        advance: (count) => bar.increment(count),
        decided: (decision) => bar.update({ decision }),
      };
    },
    stop: () => screen.stop(),
  };
}

/** Where there is no terminal: one line per quarter and per decision. */
function lines(): Progress {
  return {
    add: ({ title }, total) => {
      let sent = 0;
      const quarter = (): number => Math.floor((4 * sent) / total);
      return {
        advance: (count) => {
          const before = quarter();
          sent += count;
          if (quarter() > before) console.log(`${title}: ${sent}/${total} units`);
        },
        decided: (decision) => console.log(`${title}: ${decision} (${sent}/${total} units)`),
      };
    },
    stop: () => undefined,
  };
}

/** Bars on a terminal, plain lines elsewhere. */
export function openProgress(): Progress {
  return process.stdout.isTTY ? bars() : lines();
}
