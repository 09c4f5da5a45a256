import { keyInTypeScript, type SnippetValues } from "./snippet.ts";

/** Lets a middleware of Vercel's AI SDK put each unit's variant into the call. */
export function aiSdkSnippet({ url, key, config }: SnippetValues): string {
  return `// npm install ${url}/bakeoff-sdk.tgz ai@7 @ai-sdk/openai@4
import { openai } from "@ai-sdk/openai";
import { generateText, wrapLanguageModel } from "ai";
import { createBakeoff } from "bakeoff-sdk";
import { bakeoffMiddleware } from "bakeoff-sdk/ai";

const bakeoff = createBakeoff({ url: ${JSON.stringify(url)}, key: ${keyInTypeScript(key)} });

/** Answers a user. Latency, errors and tokens of the call are logged. */
export async function answer(userId: string, question: string) {
  let handle = "";
  const model = wrapLanguageModel({
    model: openai("gpt-4.1-mini"),
    middleware: bakeoffMiddleware(bakeoff, {
      config: ${JSON.stringify(config)},
      unit: userId,
      resolveModel: ({ model }) => (model ? openai(model) : undefined),
      onRun: (run) => {
        handle = run.handle;
      },
    }),
  });
  const { text } = await generateText({ model, prompt: question });
  return { text, handle };
}

/** Logs the outcome of an answer, now or later. */
export function rate(handle: string, isHelpful: boolean) {
  bakeoff.feedback(handle, { task_success: isHelpful });
}`;
}
