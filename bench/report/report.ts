import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { z } from "zod";
import { inRepository } from "#tools/local-server/repository.ts";

/** One thing that was measured, or counted. */
export interface Measurement {
  bench: string;
  name: string;
  value: number;
  unit: string;
  /** The same measure of what it is compared with, in the same run, by its name. */
  references?: Record<string, number>;
}

const packageSchema = z.object({ version: z.string() });

function versionOf(name: string, from = import.meta.url): string {
  const require = createRequire(from);
  return packageSchema.parse(require(`${name}/package.json`)).version;
}

/** What the figures were measured on. */
export function describeMachine() {
  const miniflare = createRequire(import.meta.url).resolve("miniflare");
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    node: process.versions.node,
    workerd: versionOf("workerd", miniflare),
    measuredAt: new Date().toISOString(),
  };
}

const rounded = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Prints measurements as they come, and keeps them for a file. */
export class Report {
  readonly machine = describeMachine();
  readonly #kept: { bench: string; name: string }[] = [];

  constructor() {
    const { processor, cores, node, workerd } = this.machine;
    console.log(`${processor}, ${cores} cores, Node ${node}, workerd ${workerd}`);
  }

  add(measurement: Measurement): void {
    this.#kept.push(measurement);
    const { bench, name, value, unit, references = {} } = measurement;
    const compared = Object.entries(references).map(
      ([other, its]) => ` · ${other} ${rounded(its)}, ratio ${(value / its).toFixed(2)}`,
    );
    console.log(`${bench} · ${name}: ${rounded(value)} ${unit}${compared.join("")}`);
  }

  /** Keeps what is told in other words than a measurement. */
  keep(bench: string, name: string, values: object): void {
    this.#kept.push({ bench, name, ...values });
  }

  /** Writes everything as JSON. @returns where */
  async write(): Promise<string> {
    const path = inRepository(".build/bench.json");
    await mkdir(inRepository(".build"), { recursive: true });
    // What this run has not measured stays what another run measured, with its own machine.
    const measured = new Set(this.#kept.map(({ bench }) => bench));
    const kept = (await readEarlier(path)).filter(({ bench }) => !measured.has(bench));
    const fresh = this.#kept.map((measurement) => ({ ...measurement, machine: this.machine }));
    await writeFile(path, `${JSON.stringify([...kept, ...fresh], null, 2)}\n`);
    return path;
  }
}

async function readEarlier(path: string): Promise<{ bench: string }[]> {
  const text = await readFile(path, "utf8").catch(() => "[]");
  return z.array(z.looseObject({ bench: z.string() })).parse(JSON.parse(text));
}
