import { setTimeout as pause } from "node:timers/promises";
import { median } from "../report/median.ts";
import type { Report } from "../report/report.ts";
import { measureCapacity, type Target } from "./load.ts";
import { processorMicroseconds } from "./runtime.ts";

/** One of the servers that take turns. */
export interface Contender {
  name: string;
  target: Target;
  requests: () => Iterator<Buffer>;
}

interface How {
  connections: number;
  seconds: number;
  /** Events, or assignments, in each request. */
  size: number;
}

interface Capacity {
  /** A second. */
  rate: number;
  /** Microseconds of the server's processor time for each, with what it does behind the answers. */
  processor: number;
}

const ROUNDS = 5;
/** Alarms and what they cause are over by then. */
const AFTERMATH_MILLISECONDS = 1_500;

/** Counts what a server uses from one turn to its next, so that what it does behind its answers counts too. */
class Turns {
  readonly contender: Contender;
  readonly #rates: number[] = [];
  readonly #processors: number[] = [];
  #requests: number | undefined;
  #processor = 0;

  constructor(contender: Contender) {
    this.contender = contender;
  }

  async take(how: How): Promise<void> {
    this.finish();
    const { target, requests } = this.contender;
    const load = await measureCapacity(target, requests(), how);
    this.#requests = load.requests;
    this.#rates.push(load.rate);
  }

  finish(): void {
    const processor = processorMicroseconds(this.contender.target.pid);
    if (this.#requests) this.#processors.push((processor - this.#processor) / this.#requests);
    this.#processor = processor;
  }

  /** The median of all turns but the first, which warms up. */
  capacity(size: number): Capacity {
    return {
      rate: median(this.#rates.slice(1)) * size,
      processor: median(this.#processors.slice(1)) / size,
    };
  }
}

/**
 * Has servers answer as fast as they can, in turn, so that a busy machine slows all alike, and reports rate and processor time
 * of the first beside those of the others.
 * @returns how many requests a second the first can answer on and on
 */
export async function reportCapacity(
  report: Report,
  bench: string,
  name: string,
  contenders: readonly Contender[],
  how: How,
): Promise<number> {
  const all = contenders.map((contender) => new Turns(contender));
  for (let round = 0; round <= ROUNDS; round++) for (const turns of all) await turns.take(how);
  await pause(AFTERMATH_MILLISECONDS);
  for (const turns of all) turns.finish();
  const [own, ...others] = all;
  if (!own) throw new Error("there is nobody to measure");
  const { rate, processor } = own.capacity(how.size);
  const compared = (value: (capacity: Capacity) => number) =>
    Object.fromEntries(others.map((turns) => [turns.contender.name, value(turns.capacity(how.size))]));
  report.add({
    bench,
    name: `${name}, rate`,
    value: rate,
    unit: "a second",
    references: compared((capacity) => capacity.rate),
  });
  report.add({
    bench,
    name: `${name}, processor time`,
    value: processor,
    unit: "µs each",
    references: compared((capacity) => capacity.processor),
  });
  return Math.min(rate, 1e6 / processor) / how.size;
}
