import { Presets, SingleBar } from "cli-progress";

/** Shows how far the simulation is. */
export interface Progress {
  advance: (runs: number, title: string) => void;
  stop: () => void;
}

function bar(total: number): Progress {
  const shown = new SingleBar(
    { format: "{bar} {value}/{total} runs  {eta_formatted} left  {title}", hideCursor: true, barsize: 30 },
    Presets.shades_classic,
  );
  shown.start(total, 0, { title: "" });
  return { advance: (runs, title) => shown.increment(runs, { title }), stop: () => shown.stop() };
}

/** Where there is no terminal: one line per scenario. */
function lines(total: number): Progress {
  let [ended, current] = [0, ""];
  return {
    advance: (runs, title) => {
      ended += runs;
      if (title !== current) console.log(`${ended}/${total} runs, ${title}`);
      current = title;
    },
    stop: () => undefined,
  };
}

/** A bar on a terminal, plain lines elsewhere. */
export function openProgress(total: number): Progress {
  return process.stdout.isTTY ? bar(total) : lines(total);
}
