import type { z } from "zod";
import type { Problem } from "#contract/problem.ts";
import type { IngestContext } from "#ingest/ingest-context.ts";
import type { KeyScope } from "#model/key/api-key.ts";
import type { Result } from "#shared/result.ts";
import type { Database } from "#store/database.ts";

/** What every handler gets, whatever its route. */
export interface RequestContext extends IngestContext {
  database: Database;
  /** The caller, as the audit names them. */
  actor: string;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface HandlerInput<Parameters, Body, Query> {
  parameters: Parsed<Parameters>;
  body: Parsed<Body>;
  query: Parsed<Query>;
  /** For routes whose handler reads the body: of those without a schema for it. */
  request: Request;
  context: RequestContext;
}

/** A successful answer: a JSON value, a text of another type, or bytes. */
export type Reply<Value> =
  | {
      json: Value;
      status?: number;
      /** Where a route knows it without the body; by default it is computed from that. */
      entityTag?: string;
      /** By default an answer is the caller's own, and revalidated every time. */
      cacheControl?: string;
    }
  | { text: string; contentType: string; headers?: Record<string, string> }
  | { bytes: Uint8Array<ArrayBuffer>; contentType: string };

/** How a protocol with errors of its own puts a problem. */
export interface FailureFormat {
  schema: z.ZodType;
  /**
   * @param parameters those of the address, as they were sent
   * @returns what to answer; the type is JSON unless said otherwise
   */
  format: (
    problem: Problem,
    parameters: Record<string, string>,
    requestHeaders: Headers,
  ) => { status: number; body: string | Uint8Array<ArrayBuffer>; contentType?: string };
}

/**
 * One route, as data: the router, the checks and the OpenAPI document are all made from it, so that they cannot drift
 * apart.
 */
export interface Route<
  Parameters extends z.ZodObject | undefined = z.ZodObject | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Query extends z.ZodObject | undefined = z.ZodObject | undefined,
  Output extends z.ZodType = z.ZodType,
> {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** itty-router syntax: `/v1/experiments/:key`. */
  path: string;
  scope: KeyScope;
  tag: string;
  summary: string;
  parameters?: Parameters;
  query?: Query;
  body?: Body;
  /** What the API document shows of a body whose handler does the parsing. */
  documentedBody?: z.ZodType;
  /** The same for bodies that are not, or not only, JSON: their media types and what each holds. */
  documentedBodies?: Record<string, z.ZodType>;
  /** How many levels of the body are searched for forbidden keys; by default all. */
  screenedLevels?: number;
  /** True for the routes that browsers of other origins may call. */
  crossOrigin?: boolean;
  /** For routes of protocols that do not speak problem+json. */
  failures?: FailureFormat;
  /** The path parameter that holds the API key, for clients that can send no header. Only client keys may stand there. */
  keyParameter?: string;
  reply: Output;
  /** For a reply that is a text: its media types and what each holds. */
  documentedReplies?: Record<string, z.ZodType>;
  /** The status of a success, 200 by default. */
  status?: number;
  handle: (input: HandlerInput<Parameters, Body, Query>) => Promise<Result<Reply<z.input<Output>>>>;
}

/** A route whose schemas only it knows; the common form in which routers and documents handle routes. */
export interface AnyRoute extends Omit<Route, "handle"> {
  handle: (input: {
    parameters: unknown;
    body: unknown;
    query: unknown;
    request: Request;
    context: RequestContext;
  }) => Promise<Result<Reply<unknown>>>;
}

/**
 * Declares a route. The handler is called with what its own schemas parsed, which is what makes forgetting their types
 * here sound.
 */
export function defineRoute<
  Parameters extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Output extends z.ZodType = z.ZodType,
>(route: Route<Parameters, Body, Query, Output>): AnyRoute {
  return {
    ...route,
    handle: (input) => route.handle(input as HandlerInput<Parameters, Body, Query>),
  };
}
