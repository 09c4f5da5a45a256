import type * as z from "zod";
import type { Endpoint } from "./endpoint.ts";
import { type Problem, problemSchema } from "./problem.ts";
import { READING_RETRY_SECONDS } from "./reading-progress.ts";

/** Sends a request to the API; it adds the base address and the key. */
export type Send = (
  path: string,
  request: { method: Endpoint["method"]; body?: string; signal?: AbortSignal },
) => Promise<Response>;

/** One field at fault: a JSON pointer, a stable code and words. */
export type FieldIssue = NonNullable<Problem["errors"]>[number];

/** The API's refusal of a call. `unknown` and `unexpected_answer` are the client's own codes. */
export class ApiError extends Error {
  /** The HTTP status, or 0 where there was no answer. */
  readonly status: number;
  readonly code: string;
  readonly issues: readonly FieldIssue[];

  constructor(status: number, code: string, message: string, issues: readonly FieldIssue[] = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.issues = issues;
  }
}

type Parameters = z.ZodObject | undefined;
type Query = z.ZodObject | undefined;
type Body = z.ZodType | undefined;

type ParametersOf<P extends Parameters> = P extends z.ZodObject
  ? { params: Record<keyof z.input<P>, string | number> }
  : { params?: undefined };
type QueryOf<Q extends Query> = Q extends z.ZodObject
  ? { query?: { [Name in keyof z.input<Q>]?: z.input<Q>[Name] | number | undefined } }
  : { query?: undefined };
/** A body may be left out where all of its fields have defaults. */
type BodyOf<B extends Body> = B extends z.ZodType
  ? unknown extends z.input<B>
    ? { body: unknown }
    : object extends z.input<B>
      ? { body?: z.input<B> }
      : { body: z.input<B> }
  : { body?: undefined };

/** What a call of an endpoint needs beside its address. */
export type CallOptions<P extends Parameters, Q extends Query, B extends Body> = ParametersOf<P> &
  QueryOf<Q> &
  BodyOf<B> & {
    signal?: AbortSignal;
    /** Is told how far an answer is that takes long, from 0 to 1. */
    onProgress?: (progress: number) => void;
  };

type Rest<Options> = object extends Options ? [options?: Options] : [options: Options];

/** The address of an endpoint with its parameters encoded; query values that are undefined are left out. */
export function addressOf(path: string, params: object = {}, query: object = {}): string {
  const address = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(Reflect.get(params, name))),
  );
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? address : `${address}?${new URLSearchParams(given)}`;
}

async function toApiError(response: Response): Promise<ApiError> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) return new ApiError(response.status, "unknown", `HTTP status ${response.status}`);
  const { code, detail, title, errors } = parsed.data;
  return new ApiError(response.status, code, detail || title, errors);
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}

function retryAfterMilliseconds({ headers }: Response): number {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return (seconds > 0 ? seconds : READING_RETRY_SECONDS) * 1_000;
}

/**
 * The API as typed calls. Each rejects with an ApiError when it is refused or not what the endpoint promises. What takes long is
 * asked for again until it is ready.
 */
export interface ApiClient {
  call<P extends Parameters, Q extends Query, B extends Body, Reply extends z.ZodType>(
    endpoint: Endpoint<P, Q, B, Reply>,
    ...rest: Rest<CallOptions<P, Q, B>>
  ): Promise<z.output<Reply>>;
  /** The same for replies that are not JSON. */
  fetch<P extends Parameters, Q extends Query, B extends Body>(
    endpoint: Endpoint<P, Q, B>,
    ...rest: Rest<CallOptions<P, Q, B>>
  ): Promise<Response>;
}

interface AnyOptions {
  params?: object | undefined;
  query?: object | undefined;
  body?: unknown;
  signal?: AbortSignal;
  onProgress?: (progress: number) => void;
}

export function createClient(send: Send): ApiClient {
  async function fetchReply(
    { method, path }: Pick<Endpoint, "method" | "path">,
    { params, query, body, signal }: AnyOptions = {},
  ): Promise<Response> {
    const response = await send(addressOf(path, params, query), {
      method,
      ...(method !== "GET" && { body: JSON.stringify(body ?? {}) }),
      ...(signal && { signal }),
    });
    if (!response.ok) throw await toApiError(response);
    return response;
  }
  return {
    fetch: (endpoint, ...[options]) => fetchReply(endpoint, options),
    async call(endpoint, ...[options]) {
      let response = await fetchReply(endpoint, options);
      while (endpoint.pending && response.status === 202) {
        const pending = endpoint.pending.safeParse(await response.json().catch(() => undefined));
        if (!pending.success) throw new ApiError(202, "unexpected_answer", "the progress of the answer");
        options?.onProgress?.(pending.data.progress);
        await pause(retryAfterMilliseconds(response), options?.signal);
        response = await fetchReply(endpoint, options);
      }
      const parsed = endpoint.reply.safeParse(await response.json().catch(() => undefined));
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const where = issue ? `${issue.path.join(".") || "the answer"}: ${issue.message}` : "the answer";
      throw new ApiError(response.status, "unexpected_answer", where);
    },
  };
}
