import type { z } from "zod";
import type { Endpoint } from "./endpoint.ts";
import { type Problem, problemSchema } from "./problem.ts";

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

type Part<Schema, Values> = Schema extends z.ZodObject ? Values : undefined;
type QueryInput<Query> = Query extends z.ZodObject
  ? { [Name in keyof z.input<Query>]?: z.input<Query>[Name] | number | undefined }
  : undefined;

/** What a call of an endpoint needs beside its address. */
export interface CallOptions<Parameters, Query, Body> {
  params?: Part<Parameters, Record<keyof z.input<Extract<Parameters, z.ZodObject>>, string | number>>;
  query?: QueryInput<Query>;
  body?: Body extends z.ZodType ? z.input<Body> : undefined;
  signal?: AbortSignal;
}

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

/** The API as typed calls. @throws ApiError from each, when it is refused or not what the endpoint promises */
export function createClient(send: Send) {
  async function fetchReply<
    Parameters extends z.ZodObject | undefined,
    Query extends z.ZodObject | undefined,
    Body extends z.ZodType | undefined,
  >(
    { method, path }: Endpoint<Parameters, Query, Body>,
    { params, query, body, signal }: CallOptions<Parameters, Query, Body> = {},
  ): Promise<Response> {
    const response = await send(addressOf(path, params, query), {
      method,
      ...(method !== "GET" && { body: JSON.stringify(body ?? {}) }),
      ...(signal && { signal }),
    });
    if (!response.ok) throw await toApiError(response);
    return response;
  }

  async function call<
    Parameters extends z.ZodObject | undefined,
    Query extends z.ZodObject | undefined,
    Body extends z.ZodType | undefined,
    Reply extends z.ZodType,
  >(
    endpoint: Endpoint<Parameters, Query, Body, Reply>,
    options?: CallOptions<Parameters, Query, Body>,
  ): Promise<z.output<Reply>> {
    const response = await fetchReply(endpoint, options);
    const parsed = endpoint.reply.safeParse(await response.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue ? `${issue.path.join(".") || "the answer"}: ${issue.message}` : "the answer";
    throw new ApiError(response.status, "unexpected_answer", where);
  }

  return { call, fetch: fetchReply };
}

export type ApiClient = ReturnType<typeof createClient>;
