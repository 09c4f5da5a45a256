import type { Warning } from "../api.ts";

/** This many different warnings are told; a list that grows without end warns of nothing. */
const MAXIMUM_WARNINGS = 100;

/** What a listener of the app throws is the app's own trouble, and never reaches the client. */
export function quietly(tell: () => void): void {
  try {
    tell();
  } catch {}
}

/** Tells each warning once. */
export function createWarn(onWarning: (warning: Warning) => void): (warning: Warning) => void {
  const warned = new Set<string>();
  return (warning) => {
    const text = warning.code + warning.message;
    if (warned.has(text) || warned.size >= MAXIMUM_WARNINGS) return;
    warned.add(text);
    quietly(() => onWarning(warning));
  };
}
