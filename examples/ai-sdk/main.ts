/**
 * An app built on the AI SDK: a middleware asks Bakeoff for each user's variant, applies its model, prompt and parameters,
 * and measures every call. README.md says how to run it.
 */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText, wrapLanguageModel } from "ai";
import { type Assigned, createBakeoff } from "bakeoff-sdk";
import { bakeoffMiddleware } from "bakeoff-sdk/ai";

const {
  BAKEOFF_URL = "http://127.0.0.1:8788",
  BAKEOFF_KEY = "",
  BAKEOFF_CONFIG = "example-answer",
  OPENAI_BASE_URL = "https://api.openai.com/v1",
  OPENAI_API_KEY = "",
} = process.env;
const USERS = Number(process.env.USERS ?? 10);

const provider = createOpenAICompatible({
  name: "provider",
  baseURL: OPENAI_BASE_URL,
  apiKey: OPENAI_API_KEY,
  includeUsage: true, // Without it a stream tells no tokens.
});
const bakeoff = createBakeoff({
  url: BAKEOFF_URL,
  key: BAKEOFF_KEY,
  prices: { "gpt-4.1-mini": { input: 0.4, output: 1.6 }, "gpt-4.1": { input: 2, output: 8 } },
  onDrop: ({ kind, code, message }) => console.warn(`${kind} not logged, ${code}: ${message}`),
});

/** The model that a user gets. @param onRun is told of every call, for feedback */
function modelFor(unit: string, onRun: (run: { handle: string; assigned: Assigned }) => void) {
  return wrapLanguageModel({
    model: provider("gpt-4.1-mini"), // Called when nothing can be assigned.
    middleware: bakeoffMiddleware(bakeoff, {
      config: BAKEOFF_CONFIG,
      unit,
      resolveModel: ({ model }) => (model ? provider(model) : undefined),
      onRun,
    }),
  });
}

for (let user = 0; user < USERS; user++) {
  const handles: string[] = [];
  const model = modelFor(`user-${user}`, ({ handle, assigned: { error } }) => {
    if (error) console.warn(`the fallback is used, ${error.code}: ${error.message}`);
    handles.push(handle);
  });

  const { text } = await generateText({ model, prompt: "Where is my parcel?" });
  let streamed = "";
  for await (const part of streamText({ model, prompt: "And when does it come?" }).textStream) {
    streamed += part;
  }
  console.log(`user-${user}: ${text} ${streamed}`);

  // Stands for buttons under the answers.
  for (const handle of handles) bakeoff.feedback(handle, { task_success: true });
}

await bakeoff.close();
const { delivered, dropped } = bakeoff.stats;
console.log(`${delivered} outcomes are with Bakeoff, ${dropped} were dropped.`);
