import { startStubServer } from "./stub-server.ts";

/** What the stub counts for every call. */
export const STUB_TOKENS = { input: 12, output: 3 };

const STREAM = { "content-type": "text/event-stream" };

/**
 * A server that speaks the protocol of OpenAI's chat completions and always answers "Hello". As with the real one, a stream
 * tells its usage only to who asks for it.
 */
export async function startStubProvider() {
  const requests: Record<string, unknown>[] = [];
  const server = await startStubServer(({ body }) => {
    const request = JSON.parse(body);
    requests.push(request);
    const { input, output } = STUB_TOKENS;
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    const head = { id: "1", created: 0, model: request.model };
    if (!request.stream) {
      const message = { role: "assistant", content: "Hello" };
      const choices = [{ index: 0, message, finish_reason: "stop" }];
      return Response.json({ ...head, object: "chat.completion", choices, usage });
    }
    const chunk = (choices: object[]) => ({ ...head, object: "chat.completion.chunk", choices });
    const delta = (content: object, finish_reason: string | null = null) =>
      chunk([{ index: 0, delta: content, finish_reason }]);
    const chunks = [
      delta({ role: "assistant", content: "" }),
      delta({ content: "Hel" }),
      delta({ content: "lo" }),
      delta({}, "stop"),
      ...(request.stream_options?.include_usage ? [{ ...chunk([]), usage }] : []),
    ];
    const lines = chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`);
    return new Response(`${lines.join("")}data: [DONE]\n\n`, { headers: STREAM });
  });
  return { ...server, requests };
}
