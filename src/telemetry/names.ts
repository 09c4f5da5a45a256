/**
 * The attributes that are read, of spans, events and log records alike. Each list begins with the name that counts if
 * several are there: Bakeoff's own, then OpenTelemetry's conventions from the newest to the oldest, then those of
 * OpenInference, OpenLLMetry, the AI SDK's legacy telemetry and others.
 */
export const NAMES = {
  experiment: ["bakeoff.experiment"],
  config: ["bakeoff.config"],
  variant: ["bakeoff.variant"],
  unit: ["bakeoff.unit"],
  unitAttribute: ["bakeoff.unit_attribute"],
  period: ["bakeoff.period"],
  outcome: ["bakeoff.outcome"],
  flagKey: ["feature_flag.key"],
  flagVariant: ["feature_flag.result.variant", "feature_flag.variant"],
  flagUnit: ["feature_flag.context.id"],
  provider: [
    "gen_ai.provider.name",
    "gen_ai.system",
    "llm.provider",
    "llm.system",
    "llm.vendor",
    "ai.model.provider",
  ],
  requestModel: [
    "gen_ai.request.model",
    "llm.request.model_name",
    "llm.request.model",
    "llm.model_name",
    "ai.model.id",
    "langfuse.observation.model.name",
  ],
  responseModel: [
    "gen_ai.response.model",
    "llm.response.model_name",
    "llm.response.model",
    "ai.response.model",
  ],
  inputTokens: [
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
    "llm.usage.prompt_tokens",
    "ai.usage.inputTokens",
    "ai.usage.promptTokens",
  ],
  outputTokens: [
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
    "llm.usage.completion_tokens",
    "ai.usage.outputTokens",
    "ai.usage.completionTokens",
  ],
  totalTokens: [
    "gen_ai.usage.total_tokens",
    "llm.token_count.total",
    "llm.usage.total_tokens",
    "ai.usage.totalTokens",
  ],
  cacheReadTokens: [
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.cache_read_tokens",
    "gen_ai.usage.input_tokens.cached",
    "gen_ai.usage.cached_tokens",
    "gen_ai.usage.details.cache_read_tokens",
    "gen_ai.usage.details.cache_read_input_tokens",
    "gen_ai.usage.details.cached_tokens",
    "llm.token_count.prompt_details.cache_read",
    "llm.token_count.prompt_details.cache_input",
    "llm.usage.cache_read_input_tokens",
    "ai.usage.inputTokenDetails.cacheReadTokens",
    "ai.usage.cachedInputTokens",
  ],
  cacheWriteTokens: [
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_creation_tokens",
    "gen_ai.usage.cache_write_tokens",
    "gen_ai.usage.input_tokens.cache_write",
    "gen_ai.usage.details.cache_write_tokens",
    "gen_ai.usage.details.cache_creation_input_tokens",
    "llm.token_count.prompt_details.cache_write",
    "llm.usage.cache_creation_input_tokens",
    "ai.usage.inputTokenDetails.cacheWriteTokens",
  ],
  cost: ["bakeoff.cost_usd", "gen_ai.usage.cost", "operation.cost", "llm.cost.total"],
  secondsToFirstChunk: [
    "gen_ai.response.time_to_first_chunk",
    "gen_ai.client.operation.time_to_first_chunk",
    "gen_ai.response.time_to_first_token",
    "gen_ai.server.time_to_first_token",
  ],
  millisecondsToFirstChunk: ["ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"],
  timeOfFirstChunk: ["langfuse.observation.completion_start_time"],
  outputType: ["gen_ai.output.type"],
  errorType: ["error.type"],
  evaluationName: ["gen_ai.evaluation.name"],
  scoreValue: ["gen_ai.evaluation.score.value"],
  scoreLabel: ["gen_ai.evaluation.score.label"],
  eventName: ["event.name"],
  sdkLanguage: ["telemetry.sdk.language"],
} as const;

/** What `bakeoff.unit_attribute` may choose as the unit. */
export const UNIT_ATTRIBUTES = ["gen_ai.conversation.id", "session.id", "user.id", "enduser.id"] as const;

/** The span events that are read. */
export const EVENT_NAMES = {
  flagEvaluation: ["feature_flag.evaluation", "feature_flag"],
  evaluationResult: ["gen_ai.evaluation.result"],
  /** Instrumentations add one for the first chunk of a stream, or one for each. */
  firstChunk: [
    "gen_ai.content.completion.chunk",
    "llm.content.completion.chunk",
    "gen_ai.content.chunk",
    "First Token Stream Event",
    "ai.stream.firstChunk",
    "new_token",
  ],
} as const;
