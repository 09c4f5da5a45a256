import type { ConfigValue } from "../../../../../src/model/ai-config.ts";

/** What is filled into the snippets. */
export interface SnippetValues {
  /** Where the API answers. */
  url: string;
  /** A secret, or the name of the environment variable that holds it. */
  key: string | null;
  /** The AI config's key. */
  config: string;
  /** What the app uses when Bakeoff cannot be reached. */
  fallback: ConfigValue;
}

/** A variable's name for an AI config: "support-answer" → "supportAnswer". */
export function variableName(config: string): string {
  const [first = "", ...rest] = config.split(/[^A-Za-z0-9]+/).filter((part) => part !== "");
  const joined = first.charAt(0).toLowerCase() + first.slice(1) + rest.map(capitalised).join("");
  return /^[A-Za-z]/.test(joined) ? joined : `config${capitalised(joined)}`;
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The key in TypeScript: a given secret as it is, otherwise from the environment. */
export function keyInTypeScript(key: string | null): string {
  return key === null ? `process.env.BAKEOFF_KEY ?? ""` : JSON.stringify(key);
}

/** A value as it is written in code, inside an indentation of two. */
export function literal(value: ConfigValue): string {
  return JSON.stringify(value, null, 2).replaceAll("\n", "\n  ");
}

/** A short stand-in for the live version: its settings without long texts. */
export function fallbackOf(value: ConfigValue): ConfigValue {
  const { model, parameters } = value;
  if (model === undefined && parameters === undefined) return { prompt: "…" };
  return { ...(model !== undefined && { model }), ...(parameters !== undefined && { parameters }) };
}
