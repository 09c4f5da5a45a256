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

/** Where there is no terminal: one line per twentieth. */
function lines(total: number): Progress {
  let ended = 0;
  const twentieths = (): number => Math.floor((20 * ended) / total);
  return {
    advance: (runs, title) => {
      const before = twentieths();
      ended += runs;
      if (twentieths() > before) console.log(`${ended}/${total} runs, ${title}`);
    },
    stop: () => undefined,
  };
}

/** A bar on a terminal, plain lines elsewhere. */
export function openProgress(total: number): Progress {
  return process.stdout.isTTY ? bar(total) : lines(total);
}
