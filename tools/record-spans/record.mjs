import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const DIRECTORY = dirname(fileURLToPath(import.meta.url));
const VECTORS = join(DIRECTORY, "../../test/vectors/otel/recorded");

/** The package that makes the spans, by setup. */
const PACKAGES = {
  "ai-sdk-7": "@ai-sdk/otel",
  "ai-sdk-legacy": "@ai-sdk/otel",
  "openinference-vercel": "@arizeai/openinference-vercel",
  "openllmetry-openai": "@traceloop/instrumentation-openai",
  "openllmetry-anthropic": "@traceloop/instrumentation-anthropic",
  "openllmetry-bedrock": "@traceloop/instrumentation-bedrock",
  "openllmetry-langchain": "@traceloop/instrumentation-langchain",
  "openinference-openai": "@arizeai/openinference-instrumentation-openai",
  "openinference-anthropic": "@arizeai/openinference-instrumentation-anthropic",
  "openinference-langchain-and-openai": "@arizeai/openinference-instrumentation-langchain",
  "opentelemetry-openai": "@opentelemetry/instrumentation-openai",
};

/** What comes out of a call of the stub, whose tokens are known. */
const call = (count, rest = {}) => ({
  latency_ms: { observations: count },
  error: { observations: count, estimate: 0 },
  input_tokens: { observations: count, estimate: 120 },
  output_tokens: { observations: count, estimate: 30 },
  ttft_ms: { observations: 0 },
  ...rest,
});
const streamed = { ttft_ms: { observations: 1 } };
const untold = {
  input_tokens: { observations: 0 },
  output_tokens: { observations: 0 },
  cost_usd: { observations: 0 },
};
const failed = call(1, { ...untold, error: { observations: 1, estimate: 1 } });
const cost = (count, usd) => ({ cost_usd: { observations: count, estimate: usd } });

/** OpenAI's 40 plain, 80 cached and 30 output tokens at 2.5, 1.25 and 10 dollars a million. */
const CACHED_GPT = 0.0005;
/** The same where nothing is told of the cache. */
const PLAIN_GPT = 0.0006;
/** Anthropic's 20 plain, 80 read, 20 written and 30 output tokens at 3, 0.3, 3.75 and 15 dollars a million. */
const CACHED_CLAUDE = 0.000609;

/** Each scenario, with what must come out of it. The others make no span for a call of OpenAI's client that fails. */
const SCENARIOS = [
  ["ai-sdk-7", "plain", call(1, cost(1, CACHED_GPT))],
  ["ai-sdk-7", "stream", call(1, { ...streamed, ...cost(1, CACHED_GPT) })],
  ["ai-sdk-7", "agent", call(2, cost(2, CACHED_GPT))],
  ["ai-sdk-7", "failure", failed],
  ["ai-sdk-7", "caches", call(1, cost(1, CACHED_CLAUDE))],
  ["ai-sdk-7", "embedding", call(0, { ...untold, error: { observations: 0 } })],
  ["ai-sdk-legacy", "plain", call(1, cost(1, CACHED_GPT))],
  ["ai-sdk-legacy", "stream", call(1, { ...streamed, ...cost(1, CACHED_GPT) })],
  ["ai-sdk-legacy", "agent", call(2, cost(2, CACHED_GPT))],
  ["ai-sdk-legacy", "failure", failed],
  ["ai-sdk-legacy", "caches", call(1, cost(1, CACHED_CLAUDE))],
  ["openinference-vercel", "agent", call(2, cost(2, CACHED_GPT))],
  ["openllmetry-openai", "plain", call(1, cost(1, PLAIN_GPT))],
  ["openllmetry-openai", "stream", call(1, untold)],
  ["openllmetry-anthropic", "plain", call(1, cost(1, CACHED_CLAUDE))],
  ["openllmetry-anthropic", "stream", call(1, cost(1, CACHED_CLAUDE))],
  ["openllmetry-anthropic", "failure", failed],
  ["openllmetry-bedrock", "plain", call(1, { input_tokens: { observations: 1, estimate: 20 } })],
  ["openllmetry-langchain", "plain", call(1, cost(1, PLAIN_GPT))],
  ["openinference-openai", "plain", call(1, cost(1, CACHED_GPT))],
  ["openinference-openai", "stream", call(1, untold)],
  ["openinference-anthropic", "plain", call(1, cost(1, CACHED_CLAUDE))],
  ["openinference-anthropic", "stream", call(1, { ...streamed, ...cost(1, CACHED_CLAUDE) })],
  ["openinference-anthropic", "failure", failed],
  ["openinference-langchain-and-openai", "plain", call(1, cost(1, CACHED_GPT))],
  ["openinference-langchain-and-openai", "stream", call(1, cost(1, CACHED_GPT))],
  ["opentelemetry-openai", "plain", call(1, cost(1, PLAIN_GPT))],
  ["opentelemetry-openai", "stream", call(1, cost(1, PLAIN_GPT))],
  ["opentelemetry-openai", "failure", failed],
];

/** What differs from machine to machine. */
function withoutMachine(text) {
  const request = JSON.parse(text);
  for (const { resource, scopeSpans } of request.resourceSpans) {
    resource.attributes = resource.attributes.filter(({ key }) => key.startsWith("telemetry.sdk."));
    for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
      for (const event of span.events) {
        event.attributes = event.attributes.filter(({ key }) => key !== "exception.stacktrace");
      }
    }
  }
  return request;
}

const { dependencies } = JSON.parse(await readFile(join(DIRECTORY, "package.json"), "utf8"));

for (const [setup, scenario, expected] of SCENARIOS) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(DIRECTORY, "run-one.mjs"),
    setup,
    scenario,
  ]);
  const name = PACKAGES[setup];
  const origin = `recorded from ${name} ${dependencies[name]}`;
  const vector = { origin, expected, request: withoutMachine(stdout) };
  await writeFile(join(VECTORS, `${setup}-${scenario}.json`), `${JSON.stringify(vector, null, 1)}\n`);
  console.log(`${setup} ${scenario}: ${origin}`);
}
