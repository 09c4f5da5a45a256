import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import Anthropic from "@anthropic-ai/sdk";
import { generateObject, generateText, Output, streamObject, streamText, ToolLoopAgent } from "ai";
import OpenAI from "openai";
import { z } from "zod";

export interface Call {
  signal: AbortSignal;
}

type Run = <Result>(call: () => Result) => Promise<Awaited<Result>>;

/** A documented way of calling a client, and of reading what it answers. */
export interface Way {
  name: string;
  client: "openai" | "anthropic" | "ai";
  isStream: boolean;
  /** Makes the call inside a run, and reads its result to the end. */
  read(run: Run, call: Call): Promise<unknown>;
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream) {
    // Reading is all there is to it.
  }
}

const text = (stream: ReadableStream) => new Response(stream).text();

const messages = [{ role: "user" as const, content: "Hi" }];

/** The ways of OpenAI's client. */
export function waysOfOpenAi(baseURL: string): Way[] {
  const openai = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0 });
  const body = { model: "gpt-4o", messages };
  const streamed = { ...body, stream: true as const, stream_options: { include_usage: true } };
  const tools = [
    {
      type: "function" as const,
      function: { name: "look", description: "", parameters: {}, function: () => "seen", parse: JSON.parse },
    },
  ];
  const way = (name: string, isStream: boolean, read: Way["read"]): Way => ({
    name: `openai ${name}`,
    client: "openai",
    isStream,
    read,
  });
  const create = (run: Run, { signal }: Call) =>
    run(() => openai.chat.completions.create(streamed, { signal }));
  const helper = (run: Run, { signal }: Call) =>
    run(() => openai.chat.completions.stream(streamed, { signal }));
  const responses = { model: "gpt-4o", input: "Hi" };
  const responseHelper = (run: Run, { signal }: Call) =>
    run(() => openai.responses.stream(responses, { signal }));

  return [
    way("chat.completions.create", false, (run, { signal }) =>
      run(() => openai.chat.completions.create(body, { signal })),
    ),
    way("chat.completions.parse", false, (run, { signal }) =>
      run(() => openai.chat.completions.parse(body, { signal })),
    ),
    way("chat.completions.create, stream, for await", true, async (run, call) =>
      drain(await create(run, call)),
    ),
    way("chat.completions.create, stream, tee", true, async (run, call) => {
      const [left, right] = (await create(run, call)).tee();
      await Promise.all([drain(left), drain(right)]);
    }),
    way("chat.completions.create, stream, toReadableStream", true, async (run, call) =>
      text((await create(run, call)).toReadableStream()),
    ),
    way("chat.completions.create, stream, withResponse", true, async (run, { signal }) => {
      const call = () => openai.chat.completions.create(streamed, { signal }).withResponse();
      await drain((await run(call)).data);
    }),
    way("chat.completions.stream, for await", true, async (run, call) => drain(await helper(run, call))),
    way("chat.completions.stream, finalChatCompletion", true, async (run, call) =>
      (await helper(run, call)).finalChatCompletion(),
    ),
    way("chat.completions.stream, finalContent", true, async (run, call) =>
      (await helper(run, call)).finalContent(),
    ),
    way("chat.completions.stream, finalMessage", true, async (run, call) =>
      (await helper(run, call)).finalMessage(),
    ),
    way("chat.completions.stream, totalUsage", true, async (run, call) =>
      (await helper(run, call)).totalUsage(),
    ),
    way("chat.completions.stream, on('content') and done", true, async (run, call) =>
      (await helper(run, call)).on("content", () => {}).done(),
    ),
    way("chat.completions.stream, on('end')", true, async (run, call) => {
      const stream = await helper(run, call);
      const end = new Promise((resolve) => void stream.on("end", () => resolve(undefined)));
      stream.on("error", () => {}).on("abort", () => {});
      await end;
    }),
    way("chat.completions.stream, emitted", true, async (run, call) => {
      const stream = await helper(run, call);
      // What was asked for is never emitted by a stream that is aborted.
      await Promise.race([stream.emitted("finalContent"), stream.emitted("abort")]);
    }),
    way("chat.completions.stream, events", true, async (run, call) =>
      drain((await helper(run, call)).events("chunk")),
    ),
    way("chat.completions.stream, toReadableStream", true, async (run, call) =>
      text((await helper(run, call)).toReadableStream()),
    ),
    way("chat.completions.runTools, finalContent", false, async (run, { signal }) =>
      (await run(() => openai.chat.completions.runTools({ ...body, tools }, { signal }))).finalContent(),
    ),
    way("chat.completions.runTools, stream, finalContent", true, async (run, { signal }) =>
      (await run(() => openai.chat.completions.runTools({ ...streamed, tools }, { signal }))).finalContent(),
    ),
    way("responses.create", false, (run, { signal }) =>
      run(() => openai.responses.create(responses, { signal })),
    ),
    way("responses.create, stream, for await", true, async (run, { signal }) =>
      drain(await run(() => openai.responses.create({ ...responses, stream: true }, { signal }))),
    ),
    way("responses.stream, for await", true, async (run, call) => drain(await responseHelper(run, call))),
    way("responses.stream, finalResponse", true, async (run, call) =>
      (await responseHelper(run, call)).finalResponse(),
    ),
    way("responses.stream, on and done", true, async (run, call) =>
      (await responseHelper(run, call)).on("response.output_text.delta", () => {}).done(),
    ),
  ];
}

/** The ways of Anthropic's client. */
export function waysOfAnthropic(baseURL: string): Way[] {
  const anthropic = new Anthropic({ baseURL, apiKey: "none", maxRetries: 0 });
  const body = { model: "claude-sonnet-4-5", max_tokens: 50, messages };
  const way = (name: string, isStream: boolean, read: Way["read"]): Way => ({
    name: `anthropic ${name}`,
    client: "anthropic",
    isStream,
    read,
  });
  const create = (run: Run, { signal }: Call) =>
    run(() => anthropic.messages.create({ ...body, stream: true }, { signal }));
  const helper = (run: Run, { signal }: Call) => run(() => anthropic.messages.stream(body, { signal }));

  return [
    way("messages.create", false, (run, { signal }) =>
      run(() => anthropic.messages.create(body, { signal })),
    ),
    way("messages.parse", false, (run, { signal }) => run(() => anthropic.messages.parse(body, { signal }))),
    way("messages.create, stream, for await", true, async (run, call) => drain(await create(run, call))),
    way("messages.create, stream, tee", true, async (run, call) => {
      const [left, right] = (await create(run, call)).tee();
      await Promise.all([drain(left), drain(right)]);
    }),
    way("messages.create, stream, toReadableStream", true, async (run, call) =>
      text((await create(run, call)).toReadableStream()),
    ),
    way("messages.create, stream, withResponse", true, async (run, { signal }) => {
      const call = () => anthropic.messages.create({ ...body, stream: true }, { signal }).withResponse();
      await drain((await run(call)).data);
    }),
    way("messages.stream, for await", true, async (run, call) => drain(await helper(run, call))),
    way("messages.stream, finalMessage", true, async (run, call) => (await helper(run, call)).finalMessage()),
    way("messages.stream, finalText", true, async (run, call) => (await helper(run, call)).finalText()),
    way("messages.stream, on('text') and done", true, async (run, call) =>
      (await helper(run, call)).on("text", () => {}).done(),
    ),
    way("messages.stream, on('end')", true, async (run, call) => {
      const stream = await helper(run, call);
      const end = new Promise((resolve) => void stream.on("end", () => resolve(undefined)));
      stream.on("error", () => {}).on("abort", () => {});
      await end;
    }),
    way("messages.stream, emitted", true, async (run, call) => {
      const stream = await helper(run, call);
      await Promise.race([stream.emitted("finalMessage"), stream.emitted("abort")]);
    }),
    way("messages.stream, toReadableStream", true, async (run, call) =>
      text((await helper(run, call)).toReadableStream()),
    ),
    way("messages.stream, withResponse and finalMessage", true, async (run, call) => {
      const { data } = await (await helper(run, call)).withResponse();
      await data.finalMessage();
    }),
    way("beta.messages.stream, finalMessage", true, async (run, { signal }) =>
      (await run(() => anthropic.beta.messages.stream(body, { signal }))).finalMessage(),
    ),
  ];
}

/** A response of Node's that takes everything. */
function sink() {
  const writable = {
    setHeaders: () => writable,
    writeHead: () => writable,
    write: () => true,
    end: () => writable,
    once: () => writable,
    on: () => writable,
    off: () => writable,
    removeListener: () => writable,
    flushHeaders: () => {},
  };
  return writable;
}

type Model = Parameters<typeof generateText>[0]["model"];

/**
 * The ways of the AI SDK.
 * @param model what is called; wrapped, or plain where a run is around it
 */
export function waysOfAiSdk(title: string, model: Model): Way[] {
  const onError = () => {};
  const way = (name: string, isStream: boolean, read: Way["read"]): Way => ({
    name: `${title} ${name}`,
    client: "ai",
    isStream,
    read,
  });
  const settings = ({ signal }: Call) => ({ model, prompt: "Hi", maxRetries: 0, abortSignal: signal });
  const schema = z.object({ answer: z.string() });
  type Result = ReturnType<typeof streamText>;
  const stream = (name: string, read: (result: Result) => unknown) =>
    way(`streamText, ${name}`, true, async (run, call) => {
      await read(await run(() => streamText({ ...settings(call), onError })));
    });
  const partial = (run: Run, call: Call) =>
    run(() => streamText({ ...settings(call), onError, output: Output.object({ schema }) }));
  const object = (run: Run, call: Call) => run(() => streamObject({ ...settings(call), onError, schema }));
  const agent = new ToolLoopAgent({ model, maxRetries: 0 });
  const response = (result: Result) => Reflect.apply(Reflect.get(result, "toTextStreamResponse"), result, []);

  return [
    way("generateText", false, (run, call) => run(() => generateText(settings(call)))),
    way("generateText, output", false, (run, call) =>
      run(() => generateText({ ...settings(call), output: Output.object({ schema }) })),
    ),
    way("generateObject", false, (run, call) => run(() => generateObject({ ...settings(call), schema }))),
    way("ToolLoopAgent.generate", false, (run, { signal }) =>
      run(() => agent.generate({ prompt: "Hi", abortSignal: signal })),
    ),
    stream("textStream", ({ textStream }) => drain(textStream)),
    stream("stream", (result) => drain(result.stream)),
    stream("fullStream", ({ fullStream }) => drain(fullStream)),
    stream("text", (result) => result.text),
    stream("content", ({ content }) => content),
    stream("usage", ({ usage }) => usage),
    stream("totalUsage", ({ totalUsage }) => totalUsage),
    stream("steps", ({ steps }) => steps),
    stream("finalStep", ({ finalStep }) => finalStep),
    stream("finishReason", ({ finishReason }) => finishReason),
    stream("response", (result) => result.response),
    stream("reasoningText", ({ reasoningText }) => reasoningText),
    stream("toolCalls", ({ toolCalls }) => toolCalls),
    stream("sources", ({ sources }) => sources),
    stream("consumeStream", (result) => result.consumeStream()),
    stream("textStream and usage", ({ textStream, usage }) => Promise.all([drain(textStream), usage])),
    stream("toUIMessageStream", (result) => drain(result.toUIMessageStream())),
    stream("toUIMessageStreamResponse", (result) => result.toUIMessageStreamResponse().text()),
    stream("toTextStreamResponse", (result) => response(result).text()),
    stream("pipeUIMessageStreamToResponse", (result) =>
      Reflect.apply(Reflect.get(result, "pipeUIMessageStreamToResponse"), result, [sink()]),
    ),
    stream("pipeTextStreamToResponse", (result) =>
      Reflect.apply(Reflect.get(result, "pipeTextStreamToResponse"), result, [sink()]),
    ),
    way("streamText, toUIMessageStreamResponse in the run", true, async (run, call) =>
      (await run(() => streamText({ ...settings(call), onError }).toUIMessageStreamResponse())).text(),
    ),
    way("streamText, partialOutputStream", true, async (run, call) =>
      drain((await partial(run, call)).partialOutputStream),
    ),
    way("streamText, output", true, async (run, call) => (await partial(run, call)).output),
    way("streamText, elementStream", true, async (run, call) => {
      const output = Output.array({ element: z.string() });
      await drain((await run(() => streamText({ ...settings(call), onError, output }))).elementStream);
    }),
    way("streamObject, partialObjectStream", true, async (run, call) =>
      drain((await object(run, call)).partialObjectStream),
    ),
    way("streamObject, partialObjectStream and object", true, async (run, call) => {
      const result = await object(run, call);
      await Promise.all([drain(result.partialObjectStream), result.object]);
    }),
    way("streamObject, textStream", true, async (run, call) => drain((await object(run, call)).textStream)),
    way("streamObject, fullStream", true, async (run, call) => drain((await object(run, call)).fullStream)),
    way("streamObject, toTextStreamResponse", true, async (run, call) =>
      (await object(run, call)).toTextStreamResponse().text(),
    ),
    way("ToolLoopAgent.stream, textStream", true, async (run, { signal }) =>
      drain((await run(() => agent.stream({ prompt: "Hi", abortSignal: signal }))).textStream),
    ),
    way(
      "ToolLoopAgent.stream, text",
      true,
      async (run, { signal }) => (await run(() => agent.stream({ prompt: "Hi", abortSignal: signal }))).text,
    ),
  ];
}

/** The stub as a provider of the AI SDK. */
export function aiModel(baseURL: string) {
  return createOpenAICompatible({
    name: "stub",
    baseURL,
    includeUsage: true,
    supportsStructuredOutputs: true,
  })("gpt-4o");
}
