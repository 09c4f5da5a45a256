import { literal, type SnippetValues, variableName } from "./snippet.ts";

/** Asks through OpenFeature's own client, by its remote evaluation protocol. */
export function openFeatureSnippet({ url, key, config, fallback }: SnippetValues): string {
  const variable = variableName(config);
  const bearer = key === null ? `"Bearer " + process.env.BAKEOFF_KEY` : JSON.stringify(`Bearer ${key}`);
  return `// npm install @openfeature/server-sdk @openfeature/ofrep-provider
import { OpenFeature } from "@openfeature/server-sdk";
import { OFREPProvider } from "@openfeature/ofrep-provider";

await OpenFeature.setProviderAndWait(
  new OFREPProvider({
    baseUrl: ${JSON.stringify(url)},
    headers: [["Authorization", ${bearer}]],
  }),
);

const ${variable} = await OpenFeature.getClient().getObjectValue(
  ${JSON.stringify(config)},
  ${literal(fallback)},
  { targetingKey: userId },
);`;
}
