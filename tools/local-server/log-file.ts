import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";

/** What the server says goes to a file, so that progress bars and tables stay whole. One file per start. */
export class LogFile {
  readonly path: string;
  readonly #stream: Writable;

  constructor(path: string) {
    this.path = path;
    this.#stream = createWriteStream(path, { flags: "w" });
  }

  write(text: string): void {
    this.#stream.write(`${new Date().toISOString()} ${stripVTControlCharacters(text).trimEnd()}\n`);
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.#stream.end(done);
    });
  }
}
