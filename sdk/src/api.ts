import type { StandardSchema } from "./standard-schema.ts";
import type {
  AssignmentReason,
  ConfigValue,
  JsonObject,
  Metrics,
  OutcomeEvent,
  Properties,
  Unit,
} from "./types.ts";

/** The request settings that the SDK passes to `fetch`. */
export interface FetchInit {
  method?: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  keepalive?: boolean;
}

/** Keeps a Worker alive until the work is done: `(work) => ctx.waitUntil(work)`. */
export type WaitUntil = (work: Promise<unknown>) => void;

/** What a model costs, in US dollars per million tokens. */
export interface Price {
  /** For input tokens. */
  input: number;
  /** For output tokens. */
  output: number;
  /** For input tokens read from the provider's cache; by default the price of input tokens. */
  cached_input?: number | undefined;
  /** For input tokens written to the provider's cache; by default the price of input tokens. */
  cache_write?: number | undefined;
}

/** Something that was dropped and will never reach Bakeoff. */
export interface Drop {
  /** What was dropped. */
  kind: "event" | "exposure" | "feedback";
  /**
   * A stable code: `queue_full`, `closed`, `invalid_handle`, `invalid_unit`, `too_late`, `no_metric`, `not_measured`,
   * `not_serializable`, or the server's reason for rejecting it. If one value is left out and the rest is logged, the code names
   * the value: `invalid_metric:judged`, `invalid_property:page`, `invalid_covariate:age`, `impossible_value:task_success`.
   */
  code: string;
  /** A sentence for people. */
  message: string;
  /** What was dropped, as it would have been sent. */
  item: unknown;
}

/** Something to look into; no data were lost. */
export interface Warning {
  /** A stable code: `no_price` for a model without a price, or a code of the server: `unknown_metric`, `unused_covariate`, … */
  code: string;
  /** A sentence for people. */
  message: string;
}

/** What the client has queued, delivered, and dropped. */
export interface Stats {
  /** Events and exposures waiting to be sent. */
  queued: number;
  /** Events and exposures that Bakeoff has acknowledged. */
  delivered: number;
  /** Events, exposures, and values that were dropped; each was passed to `onDrop`. */
  dropped: number;
}

/** How to create a client. */
export interface BakeoffOptions {
  /** The address of the API: `https://bakeoff.example.com`. */
  url: string;
  /** A key of scope `client` (browsers) or `server`. */
  key: string;
  /**
   * Browsers: the token that your server created for the unit with `signUnit`, or a function that returns it. What a client key
   * sends for a unit without a token is stored and shown, and affects no decision.
   */
  unitToken?: string | ((unit: string) => string | undefined) | undefined;
  /**
   * `remote` (default): the Worker assigns; concurrent calls share a request. `local`: the ruleset is fetched, kept
   * fresh, and evaluated in process.
   */
  mode?: "local" | "remote" | undefined;
  /** Time in milliseconds after which `assign` returns the fallback; 1,000 by default. */
  timeoutMs?: number | undefined;
  /** Local mode: a ruleset older than this, in milliseconds, is refreshed in the background; 5,000 by default. */
  refreshMs?: number | undefined;
  /** Local mode: a ruleset to start with, as returned by `GET /v1/ruleset`. */
  ruleset?: unknown;
  /**
   * Prices by model name, for `cost_usd`: the name that was requested or that answered, with or without date, provider, and
   * region. The format is that of the Worker's `BAKEOFF_PRICES`.
   */
  prices?: Record<string, Price> | undefined;
  /** Events per request, except when a backlog is sent; 100 by default. */
  batchSize?: number | undefined;
  /** How long an event waits for others before it is sent, in milliseconds; 1,000 by default. */
  intervalMs?: number | undefined;
  /** Time in milliseconds after which a request with events is retried; 10,000 by default. */
  requestTimeoutMs?: number | undefined;
  /** How many events, and how many exposures, may wait; further ones are dropped. 10,000 by default. */
  capacity?: number | undefined;
  /** Called for everything that is dropped. */
  onDrop?: ((drop: Drop) => void) | undefined;
  /** Called once for each different warning. */
  onWarning?: ((warning: Warning) => void) | undefined;
  /** Workers: `ctx.waitUntil`, for a client that is created for one request. */
  waitUntil?: WaitUntil | undefined;
  /** Replaces the global `fetch`, for tests or special runtimes. */
  fetch?: ((input: string, init: FetchInit) => Promise<Response>) | undefined;
}

/** What to assign. */
export interface AssignOptions<Value> {
  /**
   * What is randomized: a user, a conversation, a request. 1 to 256 characters, or an integer, which equals the string of its
   * digits. Values that identify nobody (blank, `undefined`, `null`, `NaN`, `[object Object]`) are in no experiment: `invalid_unit`.
   */
  unit: Unit;
  /** The value to use if anything fails. */
  fallback: NoInfer<Value>;
  /** Checks and types the value; if the check fails, the fallback is returned. */
  schema?: StandardSchema<Value> | undefined;
  /** What targeting conditions are evaluated against. Never stored. */
  attributes?: JsonObject | undefined;
  /** What is known about the unit from before, per metric. Reduces variance. */
  covariates?: Record<string, number> | undefined;
  /** Overrides the client's timeout, in milliseconds. */
  timeoutMs?: number | undefined;
  /** Workers: `(work) => ctx.waitUntil(work)`, so that events are sent after the response. */
  waitUntil?: WaitUntil | undefined;
}

/** What to assign without waiting. */
export type AssignNowOptions<Value> = Omit<AssignOptions<Value>, "schema" | "timeoutMs">;

/** What a unit got. Frozen because it may be shared; the value too, unless it is the fallback or a schema's output. */
export interface Assigned<Value = ConfigValue> {
  /** The key of the AI config. */
  readonly config: string;
  /** What the version contains, or the fallback. */
  readonly value: Value;
  /** The number of the version; null for the fallback. */
  readonly version: number | null;
  /** The experiment that the unit takes part in; null if there is none. */
  readonly experiment: string | null;
  /** The unit's variant in the experiment; null without one. */
  readonly variant: string | null;
  /** The experiment's phase of weights; null without an experiment. */
  readonly phase: number | null;
  /** Why the unit got this value. */
  readonly reason: AssignmentReason | "ERROR";
  /** Only with `ERROR`: why the value is the fallback. The code is stable. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Adds metrics and properties to the outcome of a run, until it is logged. */
export type RecordOutcome = (metrics: Metrics, properties?: Properties) => void;

/** What to run. */
export interface RunOptions<Value> extends AssignOptions<Value> {
  /** Logged with the outcome. */
  properties?: Properties | undefined;
  /**
   * The signal that cancels the call. Needed only if its reason is an error of your own: `AbortError` and the errors of the
   * OpenAI and Anthropic clients are recognized without it.
   */
  signal?: AbortSignal | undefined;
  /** The model that is called, for its price, if neither the result nor the value names it. Read at the end of the run. */
  model?: string | (() => string | undefined) | undefined;
}

/** A finished call, or one whose stream is being read. */
export interface Run<Result, Value = ConfigValue> {
  /** What your function returned. Streams are measured while they are read. */
  result: Result;
  /**
   * Identifies this run for `feedback`, from any process. A short encrypted string: only the installation can read which unit
   * it names. A handle created with a server key vouches for its unit.
   */
  handle: string;
  /** What the unit got. */
  assigned: Assigned<Value>;
}

/** Options of `feedback`. */
export interface FeedbackOptions {
  /** Feedback with the same id counts once; by default, the same metrics of the same run count once. */
  id?: string | undefined;
  /** Logged with the feedback. */
  properties?: Properties | undefined;
  /** Workers: `(work) => ctx.waitUntil(work)`. */
  waitUntil?: WaitUntil | undefined;
}

/** The client. Create one with `createBakeoff` and keep it. */
export interface Bakeoff {
  /** Returns the version of an AI config for a unit. Never throws, and returns within the timeout. */
  assign<Value = ConfigValue>(config: string, options: AssignOptions<Value>): Promise<Assigned<Value>>;
  /**
   * Like `assign`, without waiting, in local mode: uses the ruleset in memory, however old it is; a refresh that is due runs in
   * the background. Never throws. Until the first ruleset is loaded it returns the fallback with `no_ruleset` or the reason
   * why there is none. In remote mode it always returns the fallback with `not_local`.
   */
  assignNow<Value = ConfigValue>(config: string, options: AssignNowOptions<Value>): Assigned<Value>;
  /**
   * Local mode: waits for the first ruleset, with retries. Never throws.
   * @param timeoutMs in milliseconds; the client's timeout by default
   * @returns true once `assignNow` has a ruleset; false if none has been loaded in time, and in remote mode
   */
  ready(timeoutMs?: number): Promise<boolean>;
  /**
   * Assigns a variant, calls your function with it, and logs latency, time to first token, tokens, cost, and error as one
   * outcome event when the result, or the stream in it, is complete. A call that is cancelled, by a signal or by a reader who
   * leaves, is logged with `cancelled` 1, `error` 0, and no latency.
   * @throws only what your function throws
   */
  run<Result, Value = ConfigValue>(
    config: string,
    options: RunOptions<Value>,
    call: (assigned: Assigned<Value>, record: RecordOutcome) => Result,
  ): Promise<Run<Awaited<Result>, Value>>;
  /**
   * Servers: creates a token that vouches for a unit. The unit's page passes it to `createBakeoff` as `unitToken`.
   * @param expiry a date, or milliseconds since the epoch; at most a year away
   * @throws if the client has a key of scope `client`, if the unit is invalid, or without WebCrypto
   */
  signUnit(unit: Unit, expiry: Date | number): Promise<string>;
  /** Logs metrics for an earlier run. @returns false if there is nothing to log them for */
  feedback(handle: string, metrics: Metrics, options?: FeedbackOptions): boolean;
  /** Queues an outcome event of your own; an id is generated if there is none. */
  log(event: Omit<OutcomeEvent, "id" | "unit"> & { id?: string | undefined; unit: Unit }): void;
  /** Sends what is queued. @returns true if everything was delivered or dropped in time, 10,000 ms by default */
  flush(timeoutMs?: number): Promise<boolean>;
  /** Flushes, drops what could not be sent, and accepts nothing more. */
  close(timeoutMs?: number): Promise<boolean>;
  /** Current counts. */
  readonly stats: Stats;
}
