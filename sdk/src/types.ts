/*
 * What travels between the client and the Worker, written out so that the published types need neither a schema library
 * nor the repository. test/unit/sdk/types.test.ts holds them against the server's own.
 */

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = Record<string, JsonValue>;

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

/** How context is retrieved. */
export type Context = KnownContext & JsonObject;

/** What one version of an AI config holds. Keys of scope `client` are given model, provider, numeric sampling parameters and `public`, and nothing else. */
export interface ConfigValue {
  model?: string | undefined;
  provider?: string | undefined;
  messages?: Message[] | undefined;
  prompt?: string | undefined;
  system_prompt?: string | undefined;
  parameters?: Parameters | undefined;
  context?: Context | undefined;
  extra?: JsonObject | undefined;
  /** What browsers may read besides model, provider and sampling parameters. */
  public?: JsonObject | undefined;
}

/**
 * Why a unit got its value. `STATIC`: no experiment. `SPLIT`: by the hash. `TARGETING_MATCH`: by the hash, after a
 * targeting condition matched. `DEFAULT`: an experiment runs, this unit is not in it. `DISABLED`: it is paused.
 */
export type AssignmentReason = "STATIC" | "SPLIT" | "TARGETING_MATCH" | "DEFAULT" | "DISABLED";

export interface Assignment {
  config: string;
  value: ConfigValue;
  version: number;
  experiment: string | null;
  variant: string | null;
  phase: number | null;
  reason: AssignmentReason;
}

/** What is randomized. A whole number goes by its digits. */
export type Unit = string | number | bigint;

export type Metrics = Record<string, number | boolean>;
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
  /** What vouches for the unit, with a client key. */
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
  token?: string | undefined;
}
