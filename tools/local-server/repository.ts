import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** An absolute path inside the repository, wherever the command was started. */
export function inRepository(...parts: string[]): string {
  return join(ROOT, ...parts);
}
