import { createRequire } from "node:module";
import { metrics } from "@opentelemetry/api";
import { z } from "zod";
import { startTracing } from "./tracing.mjs";

const require = createRequire(import.meta.url);

const GPT = "gpt-4o";
const CLAUDE = "claude-sonnet-4-5";
const PROMPT = "How warm is it in Oslo?";
const FAILING = "failing";

async function drain(stream) {
  for await (const _part of stream);
}

async function expectFailure(promise) {
  await promise.then(
    () => {
      throw new Error("it did not fail");
    },
    () => undefined,
  );
}

/** Calls by the AI SDK, in one of its two telemetries. */
async function aiSdk(url, Telemetry, processors = []) {
  const tracing = startTracing(processors);
  const ai = await import("ai");
  const otel = await import("@ai-sdk/otel");
  const { createOpenAI } = await import("@ai-sdk/openai");
  const { createAnthropic } = await import("@ai-sdk/anthropic");
  ai.registerTelemetry(new otel[Telemetry]());
  const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey: "none" });
  const anthropic = createAnthropic({ baseURL: `${url}/v1`, apiKey: "none" });
  const weather = ai.tool({ inputSchema: z.object({ city: z.string() }), execute: () => "12 degrees" });
  const common = {
    prompt: PROMPT,
    maxRetries: 0,
    telemetry: { isEnabled: true },
    experimental_telemetry: { isEnabled: true },
  };
  const stopWhen = ai.stepCountIs(5);
  return {
    tracing,
    plain: () => ai.generateText({ ...common, model: openai.chat(GPT) }),
    stream: () => drain(ai.streamText({ ...common, model: openai.chat(GPT) }).textStream),
    agent: () => ai.generateText({ ...common, model: openai.chat(GPT), tools: { weather }, stopWhen }),
    failure: () => expectFailure(ai.generateText({ ...common, model: openai.chat(FAILING) })),
    caches: () => ai.generateText({ ...common, model: anthropic(CLAUDE) }),
    embedding: () =>
      expectFailure(ai.embed({ ...common, value: PROMPT, model: openai.textEmbeddingModel(FAILING) })),
  };
}

function openaiClient(url, OpenAI) {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
  const messages = [{ role: "user", content: PROMPT }];
  return {
    plain: () => client.chat.completions.create({ model: GPT, messages }),
    stream: async () =>
      drain(
        await client.chat.completions.create({
          model: GPT,
          messages,
          stream: true,
          stream_options: { include_usage: true },
        }),
      ),
    failure: () => expectFailure(client.chat.completions.create({ model: FAILING, messages })),
  };
}

function anthropicClient(url, Anthropic) {
  const client = new Anthropic({ baseURL: url, apiKey: "none", maxRetries: 0 });
  const request = { model: CLAUDE, max_tokens: 100, messages: [{ role: "user", content: PROMPT }] };
  return {
    plain: () => client.messages.create(request),
    stream: async () => drain(await client.messages.create({ ...request, stream: true })),
    failure: () => expectFailure(client.messages.create({ ...request, model: FAILING })),
  };
}

/** Instruments a client's module, which has to be done before a client is made. */
async function instrumented(name, Instrumentation, provider, loaded) {
  const instrumentation = new (require(name)[Instrumentation])();
  instrumentation.setTracerProvider(provider);
  instrumentation.manuallyInstrument(loaded);
  return instrumentation;
}

async function langchain(url, tracing) {
  const { ChatOpenAI } = require("@langchain/openai");
  const { ChatPromptTemplate } = require("@langchain/core/prompts");
  const model = new ChatOpenAI({
    model: GPT,
    apiKey: "none",
    maxRetries: 0,
    configuration: { baseURL: `${url}/v1` },
  });
  const chain = ChatPromptTemplate.fromTemplate("{question}").pipe(model);
  return {
    tracing,
    plain: () => chain.invoke({ question: PROMPT }),
    stream: async () => drain(await chain.stream({ question: PROMPT })),
  };
}

/** Ways of calling models under an instrumentation, by its name. Each is set up in a process of its own. */
export const SETUPS = {
  "ai-sdk-7": (url) => aiSdk(url, "OpenTelemetry"),
  "ai-sdk-legacy": (url) => aiSdk(url, "LegacyOpenTelemetry"),
  "openinference-vercel": async (url) => {
    const { isOpenInferenceSpan, OpenInferenceSimpleSpanProcessor } = await import(
      "@arizeai/openinference-vercel"
    );
    const { InMemorySpanExporter } = await import("@opentelemetry/sdk-trace-base");
    const exporter = new InMemorySpanExporter();
    const processor = new OpenInferenceSimpleSpanProcessor({ exporter, spanFilter: isOpenInferenceSpan });
    return aiSdk(url, "LegacyOpenTelemetry", [processor]);
  },
  "openllmetry-openai": async (url) => {
    const tracing = startTracing();
    const { OpenAI } = require("openai");
    await instrumented(
      "@traceloop/instrumentation-openai",
      "OpenAIInstrumentation",
      tracing.provider,
      OpenAI,
    );
    return { tracing, ...openaiClient(url, OpenAI) };
  },
  "openllmetry-anthropic": async (url) => {
    const tracing = startTracing();
    // It knows the client's first versions only.
    const anthropic = require("anthropic-sdk-0");
    await instrumented(
      "@traceloop/instrumentation-anthropic",
      "AnthropicInstrumentation",
      tracing.provider,
      anthropic,
    );
    return { tracing, ...anthropicClient(url, anthropic.default) };
  },
  "openllmetry-bedrock": async (url) => {
    const tracing = startTracing();
    const bedrock = require("@aws-sdk/client-bedrock-runtime");
    await instrumented(
      "@traceloop/instrumentation-bedrock",
      "BedrockInstrumentation",
      tracing.provider,
      bedrock,
    );
    const { NodeHttpHandler } = require("@smithy/node-http-handler");
    const client = new bedrock.BedrockRuntimeClient({
      requestHandler: new NodeHttpHandler(),
      region: "us-east-1",
      endpoint: url,
      credentials: { accessKeyId: "none", secretAccessKey: "none" },
    });
    const body = JSON.stringify({ max_tokens: 100, messages: [{ role: "user", content: PROMPT }] });
    const modelId = "anthropic.claude-sonnet-4-5-20250929-v1:0";
    const command = new bedrock.InvokeModelCommand({ modelId, contentType: "application/json", body });
    return { tracing, plain: () => client.send(command) };
  },
  "openllmetry-langchain": async (url) => {
    const tracing = startTracing();
    const callbacks = require("@langchain/core/callbacks/manager");
    await instrumented("@traceloop/instrumentation-langchain", "LangChainInstrumentation", tracing.provider, {
      callbackManagerModule: callbacks,
    });
    return langchain(url, tracing);
  },
  "openinference-openai": async (url) => {
    const tracing = startTracing();
    const OpenAI = require("openai");
    await instrumented(
      "@arizeai/openinference-instrumentation-openai",
      "OpenAIInstrumentation",
      tracing.provider,
      OpenAI,
    );
    return { tracing, ...openaiClient(url, OpenAI) };
  },
  "openinference-anthropic": async (url) => {
    const tracing = startTracing();
    const anthropic = require("@anthropic-ai/sdk");
    await instrumented(
      "@arizeai/openinference-instrumentation-anthropic",
      "AnthropicInstrumentation",
      tracing.provider,
      anthropic,
    );
    return { tracing, ...anthropicClient(url, anthropic.default) };
  },
  "openinference-langchain-and-openai": async (url) => {
    const tracing = startTracing();
    const callbacks = require("@langchain/core/callbacks/manager");
    await instrumented(
      "@arizeai/openinference-instrumentation-langchain",
      "LangChainInstrumentation",
      tracing.provider,
      callbacks,
    );
    const OpenAI = require("openai");
    await instrumented(
      "@arizeai/openinference-instrumentation-openai",
      "OpenAIInstrumentation",
      tracing.provider,
      OpenAI,
    );
    return langchain(url, tracing);
  },
  "opentelemetry-openai": async (url) => {
    const tracing = startTracing();
    const { OpenAIInstrumentation } = require("@opentelemetry/instrumentation-openai");
    const instrumentation = new OpenAIInstrumentation();
    instrumentation.setTracerProvider(tracing.provider);
    instrumentation.setMeterProvider(metrics.getMeterProvider());
    return { tracing, ...openaiClient(url, require("openai")) };
  },
};
