/** Attributes that tell what a span is about, the most specific first, with their values for a model's answer, in lower case. */
export const KINDS: readonly { name: string; calls: ReadonlySet<string> }[] = [
  {
    name: "gen_ai.operation.name",
    calls: new Set([
      // OpenTelemetry's conventions
      "chat",
      "text_completion",
      "generate_content",
      // Semantic Kernel
      "chat.completions",
      "chat.streaming_completions",
      "text.completions",
      "text.streaming_completions",
      // LiteLLM names its own functions
      "completion",
      "acompletion",
      "atext_completion",
      "anthropic_messages",
      "agenerate_content",
      "agenerate_content_stream",
      "generate_content_stream",
      "aresponses",
      // Sentry names the provider's methods
      "responses",
      "messages",
      "generate_text",
      "stream_text",
      "generate_object",
      "stream_object",
      // Amazon Bedrock's own operations
      "converse",
      "converse_stream",
      "chat_completion",
      "chat_completions",
      "completions",
    ]),
  },
  { name: "openinference.span.kind", calls: new Set(["llm"]) },
  {
    name: "llm.request.type",
    calls: new Set([
      "chat",
      "completion",
      "acompletion",
      "atext_completion",
      "text_completion",
      "anthropic_messages",
      "responses",
      "aresponses",
      "agenerate_content",
      "generate_content",
    ]),
  },
  {
    name: "ai.operationId",
    calls: new Set([
      "ai.generatetext.dogenerate",
      "ai.streamtext.dostream",
      "ai.generateobject.dogenerate",
      "ai.streamobject.dostream",
    ]),
  },
  { name: "gen_ai.span.kind", calls: new Set(["llm"]) },
  { name: "langfuse.observation.type", calls: new Set(["generation"]) },
  { name: "langsmith.span.kind", calls: new Set(["llm"]) },
  { name: "langwatch.span.type", calls: new Set(["llm"]) },
  { name: "lmnr.span.type", calls: new Set(["llm"]) },
  { name: "mlflow.spanType", calls: new Set(["llm", "chat_model"]) },
  { name: "genkit:metadata:subtype", calls: new Set(["model"]) },
  { name: "traceloop.span.kind", calls: new Set(["llm"]) },
];

/** The attributes that tell what a span is about. */
export const KIND_NAMES: readonly string[] = KINDS.map(({ name }) => name);
