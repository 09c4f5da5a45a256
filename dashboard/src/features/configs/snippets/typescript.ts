import { keyInTypeScript, literal, type SnippetValues } from "./snippet.ts";

/** Asks for a variant, calls the model and logs the outcome by Bakeoff's own client. */
export function typeScriptSnippet({ url, key, config, fallback }: SnippetValues): string {
  return `// npm install ${url}/bakeoff-sdk.tgz
import { createBakeoff } from "bakeoff-sdk";

const bakeoff = createBakeoff({ url: ${JSON.stringify(url)}, key: ${keyInTypeScript(key)} });

// What your app uses when Bakeoff cannot be reached.
const fallback = ${literal(fallback)};

/** Answers a user. Latency, errors and tokens of the call are logged. */
export async function answer(userId: string, question: string) {
  const { result, handle } = await bakeoff.run(
    ${JSON.stringify(config)},
    { unit: userId, fallback },
    async ({ value }) => {
      // Call your model here, with value.model, value.parameters and so on.
      return \`\${value.model} on: \${question}\`;
    },
  );
  return { text: result, handle };
}

/** Logs the outcome of an answer, now or later. */
export function rate(handle: string, isHelpful: boolean) {
  bakeoff.feedback(handle, { task_success: isHelpful });
}`;
}
