import type { SnippetValues } from "./snippet.ts";

/** Asks for a variant from a shell. */
export function curlSnippet({ url, key, config }: SnippetValues): string {
  const body = JSON.stringify({ config, unit: "user-42" });
  return `curl -sS ${url}/v1/assign \\
  -H "authorization: Bearer ${key ?? "$BAKEOFF_KEY"}" \\
  -H "content-type: application/json" \\
  -d '${body}'`;
}
