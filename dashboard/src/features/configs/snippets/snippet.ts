import type { ConfigValue } from "#model/config/ai-config.ts";

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

/** The key in TypeScript: a given secret as it is, otherwise from the environment. */
export function keyInTypeScript(key: string | null): string {
  return key === null ? `process.env.BAKEOFF_KEY ?? ""` : JSON.stringify(key);
}

/** A value as it is written in code. */
export function literal(value: ConfigValue): string {
  return JSON.stringify(value, null, 2);
}

/** A short stand-in for the live version: its settings without long texts. */
export function fallbackOf(value: ConfigValue): ConfigValue {
  const { model, parameters } = value;
  if (model === undefined && parameters === undefined) return { prompt: "…" };
  return { ...(model !== undefined && { model }), ...(parameters !== undefined && { parameters }) };
}
