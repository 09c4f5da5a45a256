/*
 * What travels between the client and the Worker, written out so that the published types need neither a schema library
 * nor the repository. test/unit/sdk/types.test.ts holds them against the server's own.
 */

/** Anything that JSON can represent. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
/** An object that JSON can represent. */
export type JsonObject = Record<string, JsonValue>;

/** A message of a prompt. */
export interface Message {
  role: "system" | "developer" | "user" | "assistant" | "tool";
  content: string;
}

interface KnownParameters {
  temperature?: number | undefined;
  top_p?: number | undefined;
  top_k?: number | undefined;
  max_tokens?: number | undefined;
  frequency_penalty?: number | undefined;
  presence_penalty?: number | undefined;
  stop?: string | string[] | undefined;
  seed?: number | undefined;
}

/** The parameters of a call, named as providers name them; others than these pass through. */
export type Parameters = KnownParameters & JsonObject;

interface KnownContext {
  strategy?: string | undefined;
  top_k?: number | undefined;
  chunk_size?: number | undefined;
  chunk_overlap?: number | undefined;
  reranker?: string | undefined;
}

/** How context is retrieved, such as a strategy and the number of chunks. */
export type Context = KnownContext & JsonObject;

/** What a version of an AI config contains. Keys of scope `client` can read model, provider, numeric sampling parameters, and `public` only. */
export interface ConfigValue {
  model?: string | undefined;
  provider?: string | undefined;
  messages?: Message[] | undefined;
  prompt?: string | undefined;
  system_prompt?: string | undefined;
  parameters?: Parameters | undefined;
  context?: Context | undefined;
  extra?: JsonObject | undefined;
  /** What browsers may read in addition to model, provider, and sampling parameters. */
  public?: JsonObject | undefined;
}

/**
 * Why a unit got its value. `STATIC`: no experiment. `SPLIT`: by the hash. `TARGETING_MATCH`: by the hash, after a
 * targeting condition matched. `DEFAULT`: an experiment runs, this unit is not in it. `DISABLED`: it is paused.
 * `OVERRIDE`: the unit is forced to a variant and takes no part. `HOLDOUT`: it is kept out of experiments for now.
 */
export type AssignmentReason =
  | "STATIC"
  | "SPLIT"
  | "TARGETING_MATCH"
  | "DEFAULT"
  | "DISABLED"
  | "OVERRIDE"
  | "HOLDOUT";

export interface Assignment {
  config: string;
  value: ConfigValue;
  version: number;
  experiment: string | null;
  variant: string | null;
  phase: number | null;
  reason: AssignmentReason;
}

/** What is randomized. An integer equals the string of its digits. */
export type Unit = string | number | bigint;

/** Values by metric key. */
export type Metrics = Record<string, number | boolean>;
/** Values to break results down by, such as a page or a language. */
export type Properties = Record<string, string | number | boolean>;

/** Metric values observed for a unit. The id makes sending it again harmless. */
export interface OutcomeEvent {
  id: string;
  experiment: string;
  unit: string | number;
  variant?: string | undefined;
  phase?: number | undefined;
  /** When it happened, ISO 8601 or epoch milliseconds; by default when it arrives. */
  timestamp?: string | number | undefined;
  /** 1 to 50. */
  metrics: Metrics;
  /** At most 20. */
  properties?: Properties | undefined;
  /** With a client key: the token that vouches for the unit. */
  token?: string | undefined;
}

/** A unit was given a variant. */
export interface Exposure {
  experiment: string;
  unit: string | number;
  variant: string;
  phase?: number | undefined;
  timestamp?: string | number | undefined;
  covariates?: Record<string, number> | undefined;
  /** Those of the assignment that the experiment keeps. */
  attributes?: JsonObject | undefined;
  token?: string | undefined;
}
