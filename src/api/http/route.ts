import type * as z from "zod";
import type { Services } from "#aggregator/services.ts";
import type { Endpoint } from "#contract/endpoint.ts";
import type { Problem } from "#contract/problem.ts";
import type { IngestContext } from "#ingest/ingest-context.ts";
import type { Result } from "#shared/result.ts";
import type { Act } from "#store/audit.ts";
import type { SpecialReply } from "./reply.ts";

/** What every handler gets, whatever its route. */
export interface RequestContext extends Omit<IngestContext, "served"> {
  services: Services;
  /** What the caller does, as the audit names it. @param reason in the caller's words */
  act: (reason?: string) => Act;
}

/** What handlers get that assign or take data in. */
export type RulesetContext = RequestContext & IngestContext;

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface HandlerInput<
  Parameters = undefined,
  Query = undefined,
  Body = undefined,
  Context = RequestContext,
> {
  parameters: Parsed<Parameters>;
  query: Parsed<Query>;
  body: Parsed<Body>;
  /** For endpoints whose handler reads the body itself, or asks what the caller has already. */
  request: Request;
  context: Context;
}

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

type MaybePromise<Value> = Value | Promise<Value>;

type CommonHandler<Context> = (input: {
  parameters: unknown;
  query: unknown;
  body: unknown;
  request: Request;
  context: Context;
}) => MaybePromise<Result<unknown>>;

/** An endpoint with its handler, in the common form in which routers and documents handle all of them. */
export type Route = Endpoint & {
  /** For protocols that do not speak problem+json. */
  failures?: FailureFormat;
} & (
    | { readsRuleset: false; handle: CommonHandler<RequestContext> }
    | { readsRuleset: true; handle: CommonHandler<RulesetContext> }
  );

/**
 * Attaches a handler to an endpoint. It answers with what the endpoint promises, and the runner adds the status. The handler
 * is called with what the endpoint's own schemas parsed, which is what makes forgetting their types here sound.
 */
export function handle<
  Parameters extends z.ZodObject | undefined,
  Query extends z.ZodObject | undefined,
  Body extends z.ZodType | undefined,
  Reply extends z.ZodType,
>(
  endpoint: Endpoint<Parameters, Query, Body, Reply>,
  handler: (
    input: HandlerInput<Parameters, Query, Body>,
  ) => MaybePromise<Result<z.input<Reply> | SpecialReply>>,
  failures?: FailureFormat,
): Route & { readsRuleset: false } {
  return {
    ...endpoint,
    ...(failures && { failures }),
    readsRuleset: false,
    handle: (input) => handler(input as HandlerInput<Parameters, Query, Body>),
  };
}

/** The same for a handler that needs the ruleset: it is not called while there is none. */
export function handleWithRuleset<
  Parameters extends z.ZodObject | undefined,
  Query extends z.ZodObject | undefined,
  Body extends z.ZodType | undefined,
  Reply extends z.ZodType,
>(
  endpoint: Endpoint<Parameters, Query, Body, Reply>,
  handler: (
    input: HandlerInput<Parameters, Query, Body, RulesetContext>,
  ) => MaybePromise<Result<z.input<Reply> | SpecialReply>>,
  failures?: FailureFormat,
): Route & { readsRuleset: true } {
  return {
    ...endpoint,
    ...(failures && { failures }),
    readsRuleset: true,
    handle: (input) => handler(input as HandlerInput<Parameters, Query, Body, RulesetContext>),
  };
}
