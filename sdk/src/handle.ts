/** What a handle names. */
export interface RunIdentity {
  id: string;
  experiment: string;
  unit: string;
  variant: string;
  period: number;
}

const PREFIX = "b1.";

/** A run as a short string that may travel; the prefix is its version. Empty for a run outside any experiment. */
export function writeHandle(run: RunIdentity | undefined): string {
  const parts = run ? [run.id, run.experiment, run.unit, run.variant, run.period] : [];
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  const text = btoa(String.fromCharCode(...bytes));
  return PREFIX + text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const isName = (value: unknown, maximum: number): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= maximum;

/**
 * Reads a handle back; it may have been anywhere meanwhile.
 * @returns null for a run outside any experiment
 * @throws when it is not a handle
 */
export function readHandle(handle: string): RunIdentity | null {
  if (!handle.startsWith(PREFIX)) throw new TypeError("unknown version");
  const text = atob(handle.slice(PREFIX.length).replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const parts: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  if (!Array.isArray(parts)) throw new TypeError("not a list");
  if (parts.length === 0) return null;
  const [id, experiment, unit, variant, period, more]: unknown[] = parts;
  if (
    !isName(id, 64) ||
    !isName(experiment, 64) ||
    !isName(unit, 256) ||
    !isName(variant, 64) ||
    typeof period !== "number" ||
    more !== undefined
  ) {
    throw new TypeError("not a run");
  }
  return { id, experiment, unit, variant, period };
}
