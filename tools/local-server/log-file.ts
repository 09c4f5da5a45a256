import { createWriteStream, renameSync, statSync } from "node:fs";
import type { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { describeFileError } from "./describe-failure.ts";

/** A start begins a new file beyond this, and keeps the one before. */
const MAXIMUM_BYTES = 10_000_000;

/** How long a log that could not be written is not written to: the disk may have space again. */
const PAUSE_MILLISECONDS = 10_000;

function keepOld(path: string): void {
  const { size = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
  if (size > MAXIMUM_BYTES) renameSync(path, `${path}.1`);
}

/**
 * What the server says goes to a file, so that progress bars and tables stay whole. Starts add to it. A log that cannot be
 * written, as on a full disk, is told once at the terminal and keeps nothing else from working.
 */
export class LogFile {
  readonly path: string;
  #stream: Writable;
  #failedAt = Number.NEGATIVE_INFINITY;
  #isTold = false;

  constructor(path: string) {
    this.path = path;
    keepOld(path);
    this.#stream = this.#open();
  }

  write(text: string): void {
    if (Date.now() - this.#failedAt < PAUSE_MILLISECONDS) return;
    if (this.#stream.destroyed) this.#stream = this.#open();
    this.#stream.write(`${new Date().toISOString()} ${stripVTControlCharacters(text).trimEnd()}\n`);
  }

  close(): Promise<void> {
    if (this.#stream.destroyed) return Promise.resolve();
    return new Promise((done) => {
      this.#stream.once("close", done);
      this.#stream.end();
    });
  }

  #open(): Writable {
    const stream = createWriteStream(this.path, { flags: "a" });
    stream.on("error", (cause) => {
      this.#failedAt = Date.now();
      if (this.#isTold) return;
      this.#isTold = true;
      console.error(
        `The log ${this.path} cannot be written: ${describeFileError(cause)} The server goes on.`,
      );
    });
    return stream;
  }
}
