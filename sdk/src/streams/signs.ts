import { read } from "../util/read.ts";

/** What a chunk or a result says of how a call has gone. */
export type Sign = "answered" | "failed" | "cancelled";

/** What a list of OpenAI's choices says. */
function signOfChoices(choices: readonly unknown[]): Sign | undefined {
  const reasons = choices.map((choice) => read(choice, "finish_reason"));
  if (reasons.includes("error")) return "failed";
  return reasons.some(Boolean) ? "answered" : undefined;
}

/** What clients throw for a call that the app has aborted. A client's own time limit is an error, one by signal is not. */
export function isCancellation(cause: unknown): boolean {
  const { name, message } = Object(cause);
  const kind = Object(cause).constructor?.name;
  if (name === "TimeoutError") return kind === "DOMException";
  return (
    /^(AbortError|ResponseAborted)$/.test(name) ||
    // OpenAI's and Anthropic's clients; bundlers change the names of classes.
    kind === "APIUserAbortError" ||
    message === "Request was aborted."
  );
}

/**
 * What a chunk of a stream, or a result, says of the call's end. Known are OpenAI's chat completions and responses,
 * Anthropic's messages, and the AI SDK's parts and results.
 */
export function signOf(source: unknown): Sign | undefined {
  const type = read(source, "type");
  const reason = read(source, "finishReason");
  if (type === "error") return isCancellation(read(source, "error")) ? "cancelled" : "failed";
  if (type === "abort") return "cancelled";
  if (type === "response.failed") return "failed";
  if (type === undefined || type === "finish") {
    if ((read(reason, "unified") ?? reason) === "error") return "failed";
  }
  if (/^(finish|message_stop|response\.(completed|incomplete))$/.test(String(type))) return "answered";
  if (read(source, "object") === "response") {
    const status = read(source, "status");
    if (status === "failed" || status === "cancelled") return status;
  }
  const choices = read(source, "choices");
  return Array.isArray(choices) ? signOfChoices(choices) : undefined;
}

/** The same of a chunk, which providers also put an error in without a word of its kind. */
export function signOfChunk(chunk: unknown): Sign | undefined {
  const sign = signOf(chunk);
  const isError = read(chunk, "type") === undefined && typeof read(chunk, "error") === "object";
  return sign ?? (isError && read(chunk, "error") !== null ? "failed" : undefined);
}

/** Does a chunk hold something of the answer? Streams begin with announcements. */
export function isToken(chunk: unknown): boolean {
  const type = read(chunk, "type");
  if (typeof type === "string") {
    const text = read(chunk, "delta") ?? read(chunk, "text") ?? read(chunk, "textDelta");
    return /delta$|^(tool-call|file|object)$/.test(type) && text !== "" && type !== "message_delta";
  }
  const choices = read(chunk, "choices");
  if (!Array.isArray(choices)) {
    return chunk !== "" && !read(chunk, "messageStart") && !read(chunk, "chatCompletion");
  }
  return choices.some((choice) =>
    Object.entries(read(choice, "delta") ?? {}).some(
      ([name, part]) => name !== "role" && part && read(part, "length") !== 0,
    ),
  );
}

/** The names of models that a chunk or a result holds, wherever providers and libraries put them. */
export function modelsOf(source: unknown): string[] {
  return [source, read(source, "response"), read(source, "message")]
    .flatMap((part) => [read(part, "model"), read(part, "modelId"), read(part, "modelVersion")])
    .filter((name) => typeof name === "string");
}
