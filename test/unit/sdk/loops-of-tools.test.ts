import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { beforeEach, expect, it } from "vitest";
import type { Bakeoff } from "#sdk/index.ts";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";

let worker: FakeWorker;
let bakeoff: Bakeoff;
const asked = { unit: "u1", fallback: {} };
const messages = [{ role: "user" as const, content: "Hi" }];

beforeEach(() => {
  worker = new FakeWorker();
  bakeoff = worker.client();
});

const onlyEvent = () => onlyEventOf(worker, bakeoff);

it("the calls that a helper makes for one answer, with tools between them, are summed up", async () => {
  const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
  const completion = (message: object, finish_reason: string) =>
    Response.json({
      id: "1",
      created: 1,
      model: "m",
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason }],
      usage,
    });
  const call = { id: "call_1", type: "function", function: { name: "look", arguments: "{}" } };
  const answers = [completion({ tool_calls: [call] }, "tool_calls"), completion({ content: "seen" }, "stop")];
  const openai = new OpenAI({ apiKey: "none", fetch: async () => answers.shift() ?? Response.error() });
  const look = { name: "look", description: "", parameters: {}, function: () => "something" };
  const { result } = await bakeoff.run("c", asked, () =>
    openai.chat.completions.runTools({
      model: "m",
      messages,
      tools: [{ type: "function", function: { ...look, parse: JSON.parse } }],
    }),
  );
  expect(await result.finalContent()).toBe("seen");
  expect((await onlyEvent()).metrics).toMatchObject({ error: 0, input_tokens: 200, output_tokens: 100 });
});

it.each([false, true])(
  "Anthropic's loop of tools, which is awaited, is summed up too, stream: %s",
  async (stream) => {
    const usage = { input_tokens: 100, output_tokens: 50 };
    const look = { type: "tool_use", id: "call_1", name: "look", input: {} };
    const turns = [
      { content: [look], stop_reason: "tool_use" },
      { content: [{ type: "text", text: "seen" }], stop_reason: "end_turn" },
    ];
    const base = { id: "msg_1", type: "message", role: "assistant", model: "m", stop_sequence: null };
    const eventsOf = ({ content, stop_reason }: (typeof turns)[number]) => [
      { type: "message_start", message: { ...base, content: [], stop_reason: null, usage } },
      ...content.flatMap((block, index) => [
        { type: "content_block_start", index, content_block: block },
        { type: "content_block_stop", index },
      ]),
      { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 50 } },
      { type: "message_stop" },
    ];
    const anthropic = new Anthropic({
      apiKey: "none",
      maxRetries: 0,
      fetch: async () => {
        const turn = turns.shift();
        if (!turn) return Response.error();
        if (!stream) return Response.json({ ...base, ...turn, usage });
        const lines = eventsOf(turn).map(
          (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
        );
        return new Response(lines.join(""), { headers: { "content-type": "text/event-stream" } });
      },
    });
    const tool = {
      type: "custom" as const,
      name: "look",
      input_schema: { type: "object" as const },
      run: () => "something",
      parse: (input: unknown) => input,
    };
    const { result } = await bakeoff.run("c", asked, () =>
      anthropic.beta.messages.toolRunner({ model: "m", max_tokens: 5, messages, tools: [tool], stream }),
    );
    expect(result).toMatchObject({ content: [{ type: "text" }] });
    expect((await onlyEvent()).metrics).toMatchObject({ error: 0, input_tokens: 200, output_tokens: 100 });
  },
);
