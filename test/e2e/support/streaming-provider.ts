import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** How an answer ends: by itself, by a connection that breaks off, or not until the client hangs up. */
export type Course = "complete" | "broken" | "held";

/** The answer of every model: a text, and JSON for who asks for that. */
export const ANSWER = '{"answer":"Hello","elements":["Hello","there"]}';

/** What the provider counts of every call, in the words of its own protocol. */
export const OPENAI_USAGE = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
const RESPONSES_USAGE = { input_tokens: 100, output_tokens: 50, total_tokens: 150 };
export const ANTHROPIC_USAGE = {
  input_tokens: 25,
  cache_creation_input_tokens: 1_000,
  cache_read_input_tokens: 5_000,
  output_tokens: 15,
};

/** What answers is named with its date, as with the real ones. */
export const ANSWERED_BY = { openai: "gpt-4o-2024-08-06", anthropic: "claude-sonnet-4-5-20250929" };

const PAUSE_MILLISECONDS = 20;

const HALVES = [ANSWER.slice(0, 20), ANSWER.slice(20)];

interface Protocol {
  whole: object;
  /** The events of a stream: announcements, two parts of the answer, and what comes after them. */
  head: object[];
  parts: object[];
  tail: object[];
  end: string;
  isNamed: boolean;
}

function chatCompletion(request: Record<string, unknown>): Protocol {
  const base = { id: "chatcmpl-1", created: 1, model: ANSWERED_BY.openai };
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...base,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason, logprobs: null }],
  });
  const wantsUsage = JSON.stringify(request.stream_options ?? {}).includes("true");
  const message = { role: "assistant", content: ANSWER, refusal: null };
  return {
    whole: {
      ...base,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason: "stop", logprobs: null }],
      usage: OPENAI_USAGE,
    },
    head: [chunk({ role: "assistant", content: "" })],
    parts: HALVES.map((content) => chunk({ content })),
    tail: [
      chunk({}, "stop"),
      ...(wantsUsage ? [{ ...base, object: "chat.completion.chunk", choices: [], usage: OPENAI_USAGE }] : []),
    ],
    end: "data: [DONE]\n\n",
    isNamed: false,
  };
}

function openAiResponse(): Protocol {
  const place = { item_id: "msg_1", output_index: 0, content_index: 0 };
  const textOf = (text: string) => ({ type: "output_text", text, annotations: [], logprobs: [] });
  const item = (status: string, content: object[]) => ({
    id: "msg_1",
    type: "message",
    role: "assistant",
    status,
    content,
  });
  const response = (status: string, output: object[], usage: object | null) => ({
    id: "resp_1",
    object: "response",
    created_at: 1,
    model: ANSWERED_BY.openai,
    status,
    output,
    usage,
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: "auto",
    tools: [],
    top_p: 1,
  });
  const whole = response("completed", [item("completed", [textOf(ANSWER)])], RESPONSES_USAGE);
  const begun = response("in_progress", [], null);
  return {
    whole,
    head: [
      { type: "response.created", response: begun },
      { type: "response.in_progress", response: begun },
      { type: "response.output_item.added", output_index: 0, item: item("in_progress", []) },
      { type: "response.content_part.added", ...place, part: textOf("") },
    ],
    parts: HALVES.map((delta) => ({ type: "response.output_text.delta", ...place, delta, logprobs: [] })),
    tail: [
      { type: "response.output_text.done", ...place, text: ANSWER, logprobs: [] },
      { type: "response.content_part.done", ...place, part: textOf(ANSWER) },
      { type: "response.output_item.done", output_index: 0, item: item("completed", [textOf(ANSWER)]) },
      { type: "response.completed", response: whole },
    ],
    end: "",
    isNamed: true,
  };
}

function anthropicMessage(): Protocol {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: ANSWERED_BY.anthropic,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...ANTHROPIC_USAGE, output_tokens: 1 },
  };
  return {
    whole: {
      ...message,
      content: [{ type: "text", text: ANSWER }],
      stop_reason: "end_turn",
      usage: ANTHROPIC_USAGE,
    },
    head: [
      { type: "message_start", message },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ],
    parts: HALVES.map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    })),
    tail: [
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: ANTHROPIC_USAGE.output_tokens },
      },
      { type: "message_stop" },
    ],
    end: "",
    isNamed: true,
  };
}

function protocolOf(path: string, request: Record<string, unknown>): Protocol {
  if (path.includes("/responses")) return openAiResponse();
  if (path.includes("/messages")) return anthropicMessage();
  return chatCompletion(request);
}

/** A server that speaks the protocols of OpenAI and Anthropic, and does what it is told to with every answer. */
export async function startStreamingProvider() {
  let course: Course = "complete";
  let onHeld: () => void = () => {};

  async function answer(response: ServerResponse, path: string, request: Record<string, unknown>) {
    const { whole, head, parts, tail, end, isNamed } = protocolOf(path, request);
    const hold = async () => {
      onHeld();
      await once(response, "close");
    };
    if (!request.stream) {
      await wait(PAUSE_MILLISECONDS);
      if (course === "held") return hold();
      if (course === "broken") return void response.destroy();
      response.writeHead(200, { "content-type": "application/json" });
      return void response.end(JSON.stringify(whole));
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    const write = (events: object[]) => {
      for (const [index, event] of events.entries()) {
        const name = isNamed ? `event: ${String(Reflect.get(event, "type"))}\n` : "";
        const numbered = isNamed ? { ...event, sequence_number: index } : event;
        response.write(`${name}data: ${JSON.stringify(numbered)}\n\n`);
      }
    };
    write(head);
    await wait(PAUSE_MILLISECONDS);
    write(parts.slice(0, 1));
    await wait(PAUSE_MILLISECONDS);
    if (course === "held") return hold();
    if (course === "broken") return void response.destroy();
    write([...parts.slice(1), ...tail]);
    response.end(end);
  }

  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    await answer(response, request.url ?? "/", JSON.parse(Buffer.concat(chunks).toString() || "{}"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    /** @returns for `held`: settles once an answer is waiting to be cancelled */
    take(next: Course): Promise<void> {
      course = next;
      return new Promise((resolve) => {
        onHeld = resolve;
      });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
