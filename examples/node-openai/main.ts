/**
 * An app that answers with OpenAI's client: Bakeoff says with which model, prompt and parameters, measures each answer, and
 * hears what users thought of it. README.md says how to run it.
 */
import { type ConfigValue, createBakeoff } from "bakeoff-sdk";
import OpenAI from "openai";

const {
  BAKEOFF_URL = "http://127.0.0.1:8788",
  BAKEOFF_KEY = "",
  BAKEOFF_CONFIG = "example-answer",
} = process.env;
const USERS = Number(process.env.USERS ?? 10);
const FALLBACK = { model: "gpt-4.1-mini" };

const openai = new OpenAI(); // Reads OPENAI_API_KEY and OPENAI_BASE_URL.
const bakeoff = createBakeoff({
  url: BAKEOFF_URL,
  key: BAKEOFF_KEY,
  prices: { "gpt-4.1-mini": { input: 0.4, output: 1.6 }, "gpt-4.1": { input: 2, output: 8 } },
  onDrop: ({ kind, code, message }) => console.warn(`${kind} not logged, ${code}: ${message}`),
});

/** What a version says of a call, in OpenAI's words. */
function requestFor(value: ConfigValue, question: string) {
  const system = value.system_prompt ? [{ role: "system" as const, content: value.system_prompt }] : [];
  return {
    model: value.model ?? FALLBACK.model,
    temperature: value.parameters?.temperature ?? null,
    max_tokens: value.parameters?.max_tokens ?? null,
    messages: [...system, { role: "user" as const, content: question }],
  };
}

/** Stands for a button under the answer. */
const isHelpful = (answer: string) => answer.length > 0;

for (let user = 0; user < USERS; user++) {
  const unit = `user-${user}`;

  const plain = await bakeoff.run(BAKEOFF_CONFIG, { unit, fallback: FALLBACK }, ({ value }) =>
    openai.chat.completions.create(requestFor(value, "Where is my parcel?")),
  );
  const answer = plain.result.choices[0]?.message.content ?? "";
  bakeoff.feedback(plain.handle, { task_success: isHelpful(answer) });

  const streamed = await bakeoff.run(BAKEOFF_CONFIG, { unit, fallback: FALLBACK }, ({ value }) =>
    openai.chat.completions.create({
      ...requestFor(value, "And when does it come?"),
      stream: true,
      stream_options: { include_usage: true }, // Without it a stream tells no tokens.
    }),
  );
  let text = "";
  for await (const chunk of streamed.result) text += chunk.choices[0]?.delta.content ?? "";
  bakeoff.feedback(streamed.handle, { task_success: isHelpful(text) });

  const { error } = plain.assigned;
  if (error) console.warn(`the fallback is used, ${error.code}: ${error.message}`);
  console.log(`${unit} (${plain.assigned.variant ?? "no experiment"}): ${answer} ${text}`);
}

await bakeoff.close();
const { delivered, dropped } = bakeoff.stats;
console.log(`${delivered} outcomes are with Bakeoff, ${dropped} were dropped.`);
