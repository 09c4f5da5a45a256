import { createServer } from "node:http";

/** What every call uses: 120 input tokens, of which 80 came from the cache; Anthropic writes 20 more into it. */
const OPENAI_USAGE = {
  prompt_tokens: 120,
  completion_tokens: 30,
  total_tokens: 150,
  prompt_tokens_details: { cached_tokens: 80 },
};
const ANTHROPIC_USAGE = {
  input_tokens: 20,
  cache_read_input_tokens: 80,
  cache_creation_input_tokens: 20,
  output_tokens: 30,
};

const CHUNK_MILLISECONDS = 30;
const ARGUMENTS = '{"city":"Oslo"}';

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function stream(response, chunks) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const chunk of chunks) {
    await wait(CHUNK_MILLISECONDS);
    response.write(chunk);
  }
  response.end();
}

function sendJson(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

const saidByTool = (messages) => JSON.stringify(messages).includes("12 degrees");

async function answerAsOpenai(request, response) {
  const head = { id: "chatcmpl-1", created: 1, model: `${request.model}-2024-08-06` };
  const wantsTool = request.tools && !saidByTool(request.messages);
  const call = { id: "call_1", type: "function", function: { name: "weather", arguments: ARGUMENTS } };
  if (!request.stream) {
    const message = wantsTool
      ? { role: "assistant", content: null, tool_calls: [call] }
      : { role: "assistant", content: "Twelve." };
    const finish_reason = wantsTool ? "tool_calls" : "stop";
    const choices = [{ index: 0, message, finish_reason }];
    sendJson(response, 200, { ...head, object: "chat.completion", choices, usage: OPENAI_USAGE });
    return;
  }
  const chunk = (choices, rest = {}) =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices, ...rest })}\n\n`;
  const delta = (content, finish_reason = null) => chunk([{ index: 0, delta: content, finish_reason }]);
  await stream(response, [
    delta({ role: "assistant", content: "" }),
    delta({ content: "Twel" }),
    delta({ content: "ve." }),
    delta({}, "stop"),
    ...(request.stream_options?.include_usage ? [chunk([], { usage: OPENAI_USAGE })] : []),
    "data: [DONE]\n\n",
  ]);
}

async function answerAsAnthropic(request, response) {
  const head = { id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-4-5-20250929" };
  const wantsTool = request.tools?.length > 0 && !saidByTool(request.messages);
  if (!request.stream) {
    const content = wantsTool
      ? [{ type: "tool_use", id: "toolu_1", name: "weather", input: JSON.parse(ARGUMENTS) }]
      : [{ type: "text", text: "Twelve." }];
    const stop_reason = wantsTool ? "tool_use" : "end_turn";
    sendJson(response, 200, { ...head, content, stop_reason, stop_sequence: null, usage: ANTHROPIC_USAGE });
    return;
  }
  const event = (type, rest) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const message = {
    ...head,
    content: [],
    stop_reason: null,
    usage: { ...ANTHROPIC_USAGE, output_tokens: 1 },
  };
  await stream(response, [
    event("message_start", { message }),
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    event("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Twelve." } }),
    event("content_block_stop", { index: 0 }),
    event("message_delta", {
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: 30 },
    }),
    event("message_stop", {}),
  ]);
}

/** Starts a server that answers as OpenAI, Anthropic and Amazon Bedrock do; models called `failing` get a 400. */
export async function startStubProvider() {
  const server = createServer(async (incoming, response) => {
    const parts = [];
    for await (const part of incoming) parts.push(part);
    const request = JSON.parse(Buffer.concat(parts).toString() || "{}");
    if (request.model === "failing") {
      sendJson(response, 400, {
        type: "error",
        error: { type: "invalid_request_error", message: "no such model" },
      });
    } else if (incoming.url.endsWith("/chat/completions")) await answerAsOpenai(request, response);
    else await answerAsAnthropic(request, response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
