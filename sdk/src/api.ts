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

/** The part of a request's settings that is used. */
export interface FetchInit {
  method?: string;
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  keepalive?: boolean;
}

export type WaitUntil = (work: Promise<unknown>) => void;

/** What a model costs, in US dollars per million tokens. */
export interface Price {
  input: number;
  output: number;
  /** Of input tokens read from the provider's cache; by default as any other input. */
  cached_input?: number | undefined;
  /** Of input tokens written into the provider's cache; by default as any other input. */
  cache_write?: number | undefined;
}

/** Something that will never reach Bakeoff. */
export interface Drop {
  kind: "event" | "exposure" | "feedback";
  /**
   * `queue_full`, `closed`, `invalid_handle`, `invalid_unit`, `too_late`, `no_metric`, `not_measured`, `not_serializable`, or
   * why the server rejected it. Of a value that is left out while the rest goes on also its name: `invalid_metric:judged`,
   * `invalid_property:page`, `invalid_covariate:age`, `impossible_value:task_success`.
   */
  code: string;
  message: string;
  /** What was dropped, as it would have been sent. */
  item: unknown;
}

/** Something that is worth a look and has cost nothing yet. */
export interface Warning {
  /** `no_price`: a model that no price is known of. Others are the server's: `unknown_metric`, `unused_covariate`, … */
  code: string;
  message: string;
}

export interface Stats {
  /** Events and exposures that wait to be sent. */
  queued: number;
  /** Those that Bakeoff has acknowledged. */
  delivered: number;
  /** Those that are lost, and values that were left out: every one of them was handed to `onDrop`. */
  dropped: number;
}

export interface BakeoffOptions {
  /** Where the Worker answers: `https://bakeoff.example.com`. */
  url: string;
  /** A key of scope `client` (browsers) or `server`. */
  key: string;
  /**
   * Browsers: the token that your server has made with `signUnit` for the unit, or a function that knows it. What a client key
   * sends of a unit without one is kept and shown, and decides nothing.
   */
  unitToken?: string | ((unit: string) => string | undefined) | undefined;
  /**
   * `remote` (default): the Worker assigns, concurrent calls share a request. `local`: the ruleset is fetched, kept
   * fresh and evaluated in process.
   */
  mode?: "local" | "remote" | undefined;
  /** How long `assign` may take at most before it answers the fallback; 1,000 by default. */
  timeoutMs?: number | undefined;
  /** Local mode: a ruleset older than this is renewed behind the answer; 5,000 by default. */
  refreshMs?: number | undefined;
  /** Local mode: a ruleset to start with, as `GET /v1/ruleset` answers it. */
  ruleset?: unknown;
  /**
   * Prices by the name of the model, for `cost_usd`: the name under which it was asked for or answered, with or without
   * date, provider and region. The table is that of the Worker's `BAKEOFF_PRICES`.
   */
  prices?: Record<string, Price> | undefined;
  /** How many events go into one request, unless a backlog is cleared; 100 by default. */
  batchSize?: number | undefined;
  /** How long an event waits for company; 1,000 by default. */
  intervalMs?: number | undefined;
  /** How long one request with events may take before it is tried again; 10,000 by default. */
  requestTimeoutMs?: number | undefined;
  /** How many events may wait, and how many exposures; what comes on top is dropped. 10,000 by default. */
  capacity?: number | undefined;
  /** Called for everything that is lost. */
  onDrop?: ((drop: Drop) => void) | undefined;
  /** Called once for each different warning. */
  onWarning?: ((warning: Warning) => void) | undefined;
  /** Workers: `ctx.waitUntil`, for a client that lives as long as one request. */
  waitUntil?: WaitUntil | undefined;
  /** For tests, or for runtimes with a fetch of their own. */
  fetch?: ((input: string, init: FetchInit) => Promise<Response>) | undefined;
}

export interface AssignOptions<Value> {
  /**
   * What is randomized: a user, a conversation, a request. 1 to 256 characters, or a whole number, which is its digits.
   * What names nobody (blank, `undefined`, `null`, `NaN`, `[object Object]` as texts) is in no experiment: `invalid_unit`.
   */
  unit: Unit;
  /** What the app goes on with when anything fails. */
  fallback: NoInfer<Value>;
  /** Checks and types the value; a value that fails is answered by the fallback. */
  schema?: StandardSchema<Value> | undefined;
  /** What targeting conditions read. Never stored. */
  attributes?: JsonObject | undefined;
  /** What is known of the unit from before, per metric. Explains away variance. */
  covariates?: Record<string, number> | undefined;
  /** Overrides the client's. */
  timeoutMs?: number | undefined;
  /** Workers: `(work) => ctx.waitUntil(work)`, so that what is to be sent outlives the answer. */
  waitUntil?: WaitUntil | undefined;
}

export type AssignNowOptions<Value> = Omit<AssignOptions<Value>, "schema" | "timeoutMs">;

/** What a unit got. Frozen, the value too unless it is the fallback or a schema's output: others may share it. */
export interface Assigned<Value = ConfigValue> {
  readonly config: string;
  readonly value: Value;
  /** Null with the fallback. */
  readonly version: number | null;
  /** The experiment the unit takes part in, if any. */
  readonly experiment: string | null;
  readonly variant: string | null;
  readonly phase: number | null;
  readonly reason: AssignmentReason | "ERROR";
  /** Only with `ERROR`: why the value is the fallback. The code is stable. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Adds metrics and properties to the outcome of a run, until it is logged. */
export type RecordOutcome = (metrics: Metrics, properties?: Properties) => void;

export interface RunOptions<Value> extends AssignOptions<Value> {
  /** Logged with the outcome. */
  properties?: Properties | undefined;
  /**
   * The signal that cancels the call. Needed only where its reason is an error of your own: `AbortError` and what the
   * clients of OpenAI and Anthropic make of a signal are recognized without it.
   */
  signal?: AbortSignal | undefined;
  /** The model that is called, for its price, where neither the result nor the value names it. Asked at the end. */
  model?: string | (() => string | undefined) | undefined;
}

export interface Run<Result, Value = ConfigValue> {
  /** What the app's own call returned. Streams are measured while they are read. */
  result: Result;
  /**
   * Names this run in `feedback`, from another process too. A short text, encrypted: only the installation reads which unit it
   * was. One that a client with a server key has made vouches for its unit.
   */
  handle: string;
  assigned: Assigned<Value>;
}

export interface FeedbackOptions {
  /** Feedback with the same id counts once; by default the same metrics of the same run do. */
  id?: string | undefined;
  properties?: Properties | undefined;
  waitUntil?: WaitUntil | undefined;
}

export interface Bakeoff {
  /** Which version of an AI config this unit gets. Never throws, and answers within the timeout. */
  assign<Value = ConfigValue>(config: string, options: AssignOptions<Value>): Promise<Assigned<Value>>;
  /**
   * The same without waiting, in local mode: by the ruleset in memory, however old it is; a renewal that is due goes on
   * behind the answer. Never throws. The fallback, `no_ruleset` or why there is none, until the first ruleset is there;
   * always the fallback, `not_local`, in remote mode.
   */
  assignNow<Value = ConfigValue>(config: string, options: AssignNowOptions<Value>): Assigned<Value>;
  /**
   * Local mode: fetches the first ruleset, again and again if need be. Never throws.
   * @param timeoutMs the client's by default
   * @returns true once `assignNow` has a ruleset; false when none has come within the time, and in remote mode
   */
  ready(timeoutMs?: number): Promise<boolean>;
  /**
   * Assigns, hands the variant to the app's own call, and logs latency, time to first token, tokens, cost and error as
   * one outcome event, once the result, or the stream in it, is complete. A call that is cancelled, by a signal or by a
   * reader who leaves, is logged with `cancelled` 1, `error` 0 and no latency.
   * @throws only what the app's own call throws
   */
  run<Result, Value = ConfigValue>(
    config: string,
    options: RunOptions<Value>,
    call: (assigned: Assigned<Value>, record: RecordOutcome) => Result,
  ): Promise<Run<Awaited<Result>, Value>>;
  /**
   * Servers: a token that vouches for a unit, for the page that the unit looks at. The page gives it to `createBakeoff` as
   * `unitToken`.
   * @param expiry a date, or milliseconds since the epoch; at most a year away
   * @throws when the client has a key of scope `client`, when the unit is none, or where there is no WebCrypto
   */
  signUnit(unit: Unit, expiry: Date | number): Promise<string>;
  /** Logs what became of a run later. @returns false when there is nothing to log it for */
  feedback(handle: string, metrics: Metrics, options?: FeedbackOptions): boolean;
  /** Queues an outcome event of the app's own making; the id is made if there is none. */
  log(event: Omit<OutcomeEvent, "id" | "unit"> & { id?: string | undefined; unit: Unit }): void;
  /** Sends what is queued. @returns true when everything has been settled within the time, 10,000 ms by default */
  flush(timeoutMs?: number): Promise<boolean>;
  /** Flushes, drops what could not be sent, and takes nothing more. */
  close(timeoutMs?: number): Promise<boolean>;
  readonly stats: Stats;
}
