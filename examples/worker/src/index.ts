/**
 * A Worker that streams answers: Bakeoff says with which model, prompt and parameters, and hears of latency, tokens and errors
 * behind the answer. README.md says how to run it.
 */
import { type Bakeoff, createBakeoff } from "bakeoff-sdk";
import OpenAI from "openai";

interface Env {
  BAKEOFF_URL: string;
  BAKEOFF_KEY: string;
  BAKEOFF_CONFIG: string;
  OPENAI_BASE_URL: string;
  OPENAI_API_KEY: string;
}

const FALLBACK = { model: "gpt-4.1-mini" };

let shared: Bakeoff | undefined;

/** One for all requests of an isolate: it keeps the ruleset, so that assigning asks nobody. */
function bakeoffOf({ BAKEOFF_URL: url, BAKEOFF_KEY: key }: Env): Bakeoff {
  shared ??= createBakeoff({ url, key, mode: "local" });
  return shared;
}

/** The words of an answer as they come; who stops reading stops the model too. */
function wordsOf(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): ReadableStream<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value.choices[0]?.delta.content ?? ""));
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}

/** GET /answer?user=…&question=…: the answer as it comes, and a handle for feedback. */
async function answer(query: URLSearchParams, env: Env, context: ExecutionContext): Promise<Response> {
  const user = query.get("user");
  const question = query.get("question");
  if (!user || !question) return new Response("Say which user asks what.", { status: 400 });
  const openai = new OpenAI({ baseURL: env.OPENAI_BASE_URL, apiKey: env.OPENAI_API_KEY });
  const { result, handle, assigned } = await bakeoffOf(env).run(
    env.BAKEOFF_CONFIG,
    { unit: user, fallback: FALLBACK, waitUntil: (work) => context.waitUntil(work) },
    ({ value }) =>
      openai.chat.completions.create({
        model: value.model ?? FALLBACK.model,
        temperature: value.parameters?.temperature ?? null,
        messages: [
          { role: "system", content: value.system_prompt ?? "Be kind." },
          { role: "user", content: question },
        ],
        stream: true,
        stream_options: { include_usage: true }, // Without it a stream tells no tokens.
      }),
  );
  const { error } = assigned;
  if (error) console.warn(`the fallback is used, ${error.code}: ${error.message}`);
  const headers = { "content-type": "text/plain; charset=utf-8", "bakeoff-handle": handle };
  return new Response(wordsOf(result), { headers });
}

/** POST /feedback with a form in its body, `handle=…&helpful=true`: addresses end up in logs, bodies do not. */
async function feedback(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const isLogged = bakeoffOf(env).feedback(
    form.get("handle") ?? "",
    { task_success: form.get("helpful") === "true" },
    { waitUntil: (work) => context.waitUntil(work) },
  );
  return new Response(null, { status: isLogged ? 202 : 400 });
}

export default {
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    const route = `${request.method} ${pathname}`;
    if (route === "GET /answer") return answer(searchParams, env, context);
    if (route === "POST /feedback") return feedback(request, env, context);
    return new Response("Not found.", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
