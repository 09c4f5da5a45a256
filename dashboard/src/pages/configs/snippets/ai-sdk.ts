import { keyInTypeScript, type SnippetValues, variableName } from "./snippet.ts";

/** Lets a middleware of Vercel's AI SDK put each unit's variant into the call. */
export function aiSdkSnippet({ url, key, config }: SnippetValues): string {
  const variable = `${variableName(config)}Model`;
  return `// npm install bakeoff-sdk ai@7 @ai-sdk/openai@4
import { openai } from "@ai-sdk/openai";
import { generateText, wrapLanguageModel } from "ai";
import { createBakeoff } from "bakeoff-sdk";
import { bakeoffMiddleware } from "bakeoff-sdk/ai";

const bakeoff = createBakeoff({ url: ${JSON.stringify(url)}, key: ${keyInTypeScript(key)} });

const ${variable} = wrapLanguageModel({
  model: openai("gpt-4.1-mini"),
  middleware: bakeoffMiddleware(bakeoff, {
    config: ${JSON.stringify(config)},
    unit: userId,
    resolveModel: ({ model }) => (model ? openai(model) : undefined),
  }),
});

const { text } = await generateText({ model: ${variable}, prompt: question });`;
}
