import type { LanguageModelMiddleware } from "ai";
import type { Assigned, Bakeoff, RunOptions } from "./api.ts";
import type { ConfigValue } from "./types.ts";

type Wrap = Parameters<NonNullable<LanguageModelMiddleware["wrapGenerate"]>>[0];
type Model = Wrap["model"];
type CallOptions = Wrap["params"];

export interface MiddlewareOptions extends Omit<RunOptions<ConfigValue>, "unit" | "fallback" | "schema"> {
  /** The AI config that decides. */
  config: string;
  /** What is randomised; a function reads it from the call, its `providerOptions` say. */
  unit: string | ((call: CallOptions) => string);
  /** What to apply when nothing can be assigned; by default nothing: the call is made as the app wrote it. */
  fallback?: ConfigValue | undefined;
  /** The model that a value names, if it is to be another one than the wrapped one. */
  resolveModel?: ((value: ConfigValue) => Model | undefined) | undefined;
  /** Is told of every run before its result is handed on: keep the handle for feedback. */
  onRun?: ((run: { handle: string; assigned: Assigned }) => void) | undefined;
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

function apply(call: CallOptions, value: ConfigValue): CallOptions {
  const applied = { ...call, ...settingsOf(value) };
  if (value.system_prompt === undefined) return applied;
  const rest = call.prompt.filter(({ role }) => role !== "system");
  return { ...applied, prompt: [{ role: "system", content: value.system_prompt }, ...rest] };
}

/**
 * Middleware for `wrapLanguageModel` of the AI SDK 7: assigns at every call, applies the system prompt and the
 * parameters of the version that the unit got, and logs latency, time to first token, tokens, cost and errors.
 */
export function bakeoffMiddleware(bakeoff: Bakeoff, options: MiddlewareOptions): LanguageModelMiddleware {
  const { config, unit, fallback = {}, resolveModel, onRun, ...rest } = options;

  async function run<Result>(
    { model, params }: Wrap,
    call: (model: Model, params: CallOptions) => PromiseLike<Result>,
  ): Promise<Awaited<Result>> {
    const runOptions = { ...rest, fallback, unit: typeof unit === "string" ? unit : unit(params) };
    const { result, handle, assigned } = await bakeoff.run(config, runOptions, ({ value }) =>
      call(resolveModel?.(value) ?? model, apply(params, value)),
    );
    onRun?.({ handle, assigned });
    return result;
  }

  return {
    specificationVersion: "v4",
    wrapGenerate: (wrap) => run(wrap, (model, params) => model.doGenerate(params)),
    wrapStream: (wrap) => run(wrap, (model, params) => model.doStream(params)),
  };
}
