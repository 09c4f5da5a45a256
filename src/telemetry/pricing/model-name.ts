/** A model's name without what differs between the places that name it. */
export interface ModelName {
  /** Lower-case, without provider, region and version: `claude-sonnet-4-5`. */
  base: string;
  /** A date as its digits, or a number of three digits; null where the name has neither or says "latest". */
  version: string | null;
}

/** Before a colon these are providers; `ft:` and the sizes of local models (`llama3:8b`) are part of the model's name. */
const PROVIDER_BEFORE_COLON =
  /^(?:ai-gateway|anthropic|azure|bedrock|cerebras|cohere|deepseek|fireworks|gateway|gemini|google(?:-gla|-vertex)?|groq|huggingface|litellm|mistral|openai(?:-chat|-responses)?|openrouter|perplexity|together|vertex(?:_ai|ai)?|xai):/;

/** Bedrock writes region and vendor before a model's name. */
const BEDROCK_PREFIX =
  /^(?:(?:us|eu|apac|global|us-gov|jp|au|ca|sa)\.)?(?:ai21|amazon|anthropic|cohere|deepseek|meta|mistral|moonshot|openai|qwen)\./;

/** Bedrock writes a revision after it: `-v1:0`. */
const BEDROCK_REVISION = /-v?\d+:\d+$/;

const LATEST = /[-@:](?:latest|default)$/;

const MONTH = "(?:0[1-9]|1[0-2])";
const DAY = "(?:0[1-9]|[12]\\d|3[01])";

/** Dates after a name, as providers write them, and the revisions of Gemini (`-002`). */
const VERSION = new RegExp(
  `[-@](20\\d\\d-?${MONTH}-?${DAY}|${MONTH}-20\\d\\d|${MONTH}${DAY}|2[3-9]${MONTH}|00\\d)$`,
);

/**
 * Takes apart the name of a model as it stands in requests, answers, gateways and price lists. The same model is
 * `claude-sonnet-4-5` in a request, `claude-sonnet-4-5-20250929` in its answer, `anthropic/claude-sonnet-4.5` at a
 * gateway and `us.anthropic.claude-sonnet-4-5-20250929-v1:0` at Bedrock.
 */
export function parseModelName(name: string): ModelName {
  const path = name.trim().toLowerCase();
  const bare = path
    .slice(path.lastIndexOf("/") + 1)
    .replace(PROVIDER_BEFORE_COLON, "")
    .replace(BEDROCK_PREFIX, "")
    .replace(BEDROCK_REVISION, "")
    .replace(LATEST, "");
  const version = VERSION.exec(bare)?.[1];
  const base = version === undefined ? bare : bare.slice(0, -version.length - 1);
  return {
    // Gateways write versions with a dot, Azure without any sign.
    base: base.replace(/^gpt-35(?=-|$)/, "gpt-3-5").replaceAll(/(?<=\d)\.(?=\d)/g, "-"),
    version: version?.replaceAll("-", "") ?? null,
  };
}
