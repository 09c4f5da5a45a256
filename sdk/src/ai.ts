import type { LanguageModelMiddleware } from "ai";
import type { Assigned, Bakeoff, RunOptions } from "./api.ts";
import type { ConfigValue, Unit } from "./types.ts";

type Wrap = Parameters<NonNullable<LanguageModelMiddleware["wrapGenerate"]>>[0];
type Model = Wrap["model"];
type CallOptions = Wrap["params"];

/** How to apply an AI config to the calls of a language model. */
export interface MiddlewareOptions
  extends Omit<RunOptions<ConfigValue>, "unit" | "fallback" | "schema" | "signal" | "model"> {
  /** The key of the AI config. */
  config: string;
  /**
   * What is randomized. A function reads it from the call, for example from `providerOptions`. If it returns no unit, the call
   * is made unchanged and is in no experiment; `onRun` receives `invalid_unit`.
   */
  unit: Unit | ((call: CallOptions) => unknown);
  /** What to apply if nothing can be assigned; by default the call is made unchanged. */
  fallback?: ConfigValue | undefined;
  /** Returns the model for a value, if it is not the wrapped one. */
  resolveModel?: ((value: ConfigValue) => Model | undefined) | undefined;
  /** Called for every run before its result is returned: keep the handle for feedback. */
  onRun?: ((run: { handle: string; assigned: Assigned }) => void) | undefined;
}

/** What can be no unit is handed on as a text that is none, so that the run says why. */
function toText(unit: unknown): Unit {
  const isUnit = typeof unit === "string" || typeof unit === "number" || typeof unit === "bigint";
  return isUnit ? unit : `[object ${typeof unit}]`;
}

/** The settings of a call that a value replaces; what it leaves open stays as the app wrote it. */
function settingsOf({ parameters = {} }: ConfigValue): Partial<CallOptions> {
  const { stop } = parameters;
  const settings = {
    temperature: parameters.temperature,
    topP: parameters.top_p,
    topK: parameters.top_k,
    maxOutputTokens: parameters.max_tokens,
    frequencyPenalty: parameters.frequency_penalty,
    presencePenalty: parameters.presence_penalty,
    seed: parameters.seed,
    stopSequences: typeof stop === "string" ? [stop] : stop,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/**
 * The version's system prompt in the place of the app's. What else was on the messages that it replaces stays: the
 * `providerOptions` of all of them, the last one's word counting, since a mark for the provider's cache stands at the end.
 */
function withSystemPrompt(prompt: CallOptions["prompt"], content: string): CallOptions["prompt"] {
  const end = prompt.findIndex(({ role }) => role !== "system");
  const replaced = prompt.slice(0, end < 0 ? prompt.length : end);
  // System messages further down belong to the conversation.
  const rest = prompt.slice(replaced.length);
  const options = replaced.flatMap(({ providerOptions }) => providerOptions ?? []);
  const system = { ...replaced[0], role: "system", content } as const;
  return [
    options.length > 0 ? { ...system, providerOptions: Object.assign({}, ...options) } : system,
    ...rest,
  ];
}

function apply(call: CallOptions, value: ConfigValue): CallOptions {
  const applied = { ...call, ...settingsOf(value) };
  if (value.system_prompt === undefined) return applied;
  return { ...applied, prompt: withSystemPrompt(call.prompt, value.system_prompt) };
}

/**
 * Middleware for `wrapLanguageModel` of the AI SDK 7: assigns at every call, applies the system prompt and the
 * parameters of the version that the unit got, and logs latency, time to first token, tokens, cost and errors.
 */
export function bakeoffMiddleware(
  bakeoff: Pick<Bakeoff, "run">,
  options: MiddlewareOptions,
): LanguageModelMiddleware {
  const { config, unit, fallback = {}, resolveModel, onRun, ...rest } = options;

  async function run<Result>(
    { model, params }: Wrap,
    call: (model: Model, params: CallOptions) => PromiseLike<Result>,
  ): Promise<Awaited<Result>> {
    let called = model;
    const runOptions = {
      ...rest,
      fallback,
      unit: toText(typeof unit === "function" ? unit(params) : unit),
      signal: params.abortSignal,
      model: () => called.modelId,
    };
    const { result, handle, assigned } = await bakeoff.run(config, runOptions, ({ value }) => {
      called = resolveModel?.(value) ?? model;
      return call(called, apply(params, value));
    });
    onRun?.({ handle, assigned });
    return result;
  }

  return {
    specificationVersion: "v4",
    wrapGenerate: (wrap) => run(wrap, (model, params) => model.doGenerate(params)),
    wrapStream: (wrap) => run(wrap, (model, params) => model.doStream(params)),
  };
}
