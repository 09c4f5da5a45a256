import { describe, expect, it } from "vitest";
import { isCancellation, modelsOf, signOf, signOfChunk } from "#sdk/streams/signs.ts";

describe("the end of a call", () => {
  it.each([
    ["a result of the AI SDK that finished with an error", { text: "", finishReason: "error" }],
    ["a result of a language model that did", { finishReason: { unified: "error", raw: "overloaded" } }],
    ["the last part of such a stream", { type: "finish", finishReason: "error" }],
    ["a part that is an error", { type: "error", error: new Error("no") }],
    ["an event of OpenAI's responses", { type: "response.failed", response: {} }],
    ["a response of OpenAI's", { object: "response", status: "failed", error: { code: "server_error" } }],
    ["a choice of a gateway", { choices: [{ delta: {}, finish_reason: "error" }] }],
    ["an event of Anthropic's", { type: "error", error: { type: "overloaded_error" } }],
    ["an error in the AI SDK's stream for pages", { type: "error", errorText: "no" }],
  ])("is a failure in %s", (_, source) => {
    expect(signOf(source)).toBe("failed");
  });

  it.each([
    ["a chunk that holds an error beside its choices", { choices: [], error: { code: 502 } }],
    ["a chunk that holds nothing else", { error: { message: "overloaded" } }],
  ])("is a failure in %s", (_, chunk) => {
    expect(signOfChunk(chunk)).toBe("failed");
  });

  it.each([
    ["a part that says so", { type: "abort", reason: "stopped" }],
    ["an error that says so", { type: "error", error: new DOMException("", "AbortError") }],
    ["a response that was cancelled at the provider", { object: "response", status: "cancelled" }],
  ])("is a cancellation in %s", (_, source) => {
    expect(signOf(source)).toBe("cancelled");
  });

  it.each([
    ["a tool that failed", { type: "response.mcp_call.failed" }],
    ["a tool's error, which the model is told", { type: "tool-error", error: new Error("no") }],
    ["a step that is followed by others", { type: "finish-step", finishReason: "error" }],
    ["the app's own word", { status: "failed" }],
    ["the app's own answer", { status: "cancelled", error: { code: 1 } }],
    ["a chunk without an error", { choices: [{ delta: {}, finish_reason: null }], error: null }],
    ["a text", "error"],
    ["nothing", undefined],
  ])("is not told by %s", (_, source) => {
    expect(signOf(source)).toBeUndefined();
  });

  it.each([
    ["the longest answer there may be", { choices: [{ finish_reason: "length" }] }],
    ["an answer that was cut short", { type: "response.incomplete" }],
    ["the last event of Anthropic's", { type: "message_stop" }],
    ["a finish", { type: "finish", finishReason: "content-filter" }],
  ])("is an answer in %s", (_, source) => {
    expect(signOf(source)).toBe("answered");
  });
});

describe("what is thrown", () => {
  class APIUserAbortError extends Error {}
  class TimeoutError extends Error {
    override name = "TimeoutError";
  }

  it.each([
    ["fetch's abortion", new DOMException("", "AbortError")],
    ["a limit of time by signal", new DOMException("", "TimeoutError")],
    ["Node's abortion", Object.assign(new Error("The operation was aborted"), { name: "AbortError" })],
    ["that of the clients", new APIUserAbortError("no")],
    ["that of the clients, by a bundler's name", new Error("Request was aborted.")],
    ["Next's response that was left", Object.assign(new Error(""), { name: "ResponseAborted" })],
  ])("is a cancellation when it is %s", (_, cause) => {
    expect(isCancellation(cause)).toBe(true);
  });

  it.each([
    ["a library's own limit of time", new TimeoutError("too late")],
    ["a connection that is too slow", new Error("Request timed out.")],
    ["the app's own error", new RangeError("aborted")],
    [
      "an error that an abortion has caused elsewhere",
      new Error("no", { cause: new DOMException("", "AbortError") }),
    ],
    ["a text", "AbortError"],
    ["nothing", undefined],
  ])("is none when it is %s", (_, cause) => {
    expect(isCancellation(cause)).toBe(false);
  });
});

describe("the model", () => {
  it.each([
    ["OpenAI's and Anthropic's results", { model: "m" }],
    ["the first event of Anthropic's", { type: "message_start", message: { model: "m" } }],
    ["events of OpenAI's responses", { type: "response.created", response: { model: "m" } }],
    ["results of the AI SDK", { response: { modelId: "m" } }],
    ["stream parts of language models", { type: "response-metadata", modelId: "m" }],
    ["steps of the AI SDK", { type: "finish-step", response: { modelId: "m" } }],
    ["Gemini's answers", { modelVersion: "m" }],
  ])("is found in %s", (_, source) => {
    expect(modelsOf(source)).toEqual(["m"]);
  });

  it.each([undefined, "m", {}, { model: { name: "m" } }, { model: null, response: "m" }])(
    "is not guessed from %j",
    (source) => {
      expect(modelsOf(source)).toEqual([]);
    },
  );
});
