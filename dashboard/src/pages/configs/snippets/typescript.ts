import { keyInTypeScript, literal, type SnippetValues, variableName } from "./snippet.ts";

/** Asks for a variant, calls the model and logs the outcome by Bakeoff's own client. */
export function typeScriptSnippet({ url, key, config, fallback }: SnippetValues): string {
  const variable = variableName(config);
  return `// npm install bakeoff-sdk
import { createBakeoff } from "bakeoff-sdk";

const bakeoff = createBakeoff({ url: ${JSON.stringify(url)}, key: ${keyInTypeScript(key)} });

// Ask once per call; the fallback is what your app uses when Bakeoff cannot be reached.
const ${variable} = await bakeoff.assign(${JSON.stringify(config)}, {
  unit: userId,
  fallback: ${literal(fallback)},
});
const reply = await callYourModel(${variable}.value);

// Or let Bakeoff measure the call too: latency, errors, tokens. Then say how it went.
const { result, handle } = await bakeoff.run(
  ${JSON.stringify(config)},
  { unit: userId, fallback: ${variable}.value },
  ({ value }) => callYourModel(value),
);
bakeoff.feedback(handle, { task_success: true });`;
}
