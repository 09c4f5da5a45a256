import { literal, type SnippetValues } from "./snippet.ts";

/** Asks through OpenFeature's own client, by its remote evaluation protocol, and logs the outcome over HTTP. */
export function openFeatureSnippet({ url, key, config, fallback }: SnippetValues): string {
  const bearer = key === null ? `"Bearer " + process.env.BAKEOFF_KEY` : JSON.stringify(`Bearer ${key}`);
  return `// npm install @openfeature/server-sdk @openfeature/ofrep-provider
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature } from "@openfeature/server-sdk";

const url = ${JSON.stringify(url)};
const authorization = ${bearer};
// What your app uses when Bakeoff cannot be reached.
const fallback = ${literal(fallback)};

await OpenFeature.setProviderAndWait(
  new OFREPProvider({ baseUrl: url, headers: [["authorization", authorization]] }),
);

/** Answers a user and logs the outcome: OpenFeature has no API for outcomes. */
export async function answer(userId: string, question: string) {
  const { value, variant, flagMetadata } = await OpenFeature.getClient().getObjectDetails<{ model?: string }>(
    ${JSON.stringify(config)},
    fallback,
    { targetingKey: userId },
  );
  // Call your model here, with value.model, value.parameters and so on.
  const text = \`\${value.model} on: \${question}\`;
  if (flagMetadata.experiment) {
    const { experiment, phase } = flagMetadata;
    const metrics = { task_success: text !== "" };
    const event = { id: crypto.randomUUID(), experiment, phase, variant, unit: userId, metrics };
    const response = await fetch(\`\${url}/v1/events\`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ events: [event] }),
    });
    if (!response.ok) console.warn(await response.text());
  }
  return text;
}`;
}
