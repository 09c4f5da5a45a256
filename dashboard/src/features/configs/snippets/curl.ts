import type { SnippetValues } from "./snippet.ts";

/** Asks for a variant from a shell, without taking part in an experiment, and defines how to log an outcome. */
export function curlSnippet({ url, key, config }: SnippetValues): string {
  const body = JSON.stringify({ config, unit: "any-unit", expose: false });
  const request = (path: string) => `curl -sS -w '\\n' ${url}${path} \\
  -H "authorization: Bearer ${key ?? "$BAKEOFF_KEY"}" \\
  -H "content-type: application/json" \\`;
  const field = (name: string, place: number) => `"${name}":"'"$${place}"'"`;
  const event = `{${field("id", 1)},${field("experiment", 2)},${field("variant", 3)},${field("unit", 4)},"metrics":{"task_success":'"$5"'}}`;
  return `# Which variant would a unit get? "expose": false records nothing.
${request("/v1/assign")}
  -d '${body}'

# Your app sends its own unit ids without "expose", calls the model and logs the outcome:
# log_outcome <event id> <experiment> <variant> <unit> <1 or 0>
log_outcome() {
  ${request("/v1/events").replaceAll("\n", "\n  ")}
    -d '{"events":[${event}]}'
}`;
}
