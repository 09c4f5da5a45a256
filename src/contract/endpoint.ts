import type * as z from "zod";
import type { KeyScope } from "#model/key/api-key.ts";
import type { ReadingProgress } from "./reading-progress.ts";

/**
 * One endpoint of the API as a shared value: its address, its schemas and who may call it, but no handler. The Worker
 * attaches a handler; the router, the checks, the OpenAPI document and every typed client are made from it, so that they
 * cannot drift apart.
 */
export interface Endpoint<
  Parameters extends z.ZodObject | undefined = z.ZodObject | undefined,
  Query extends z.ZodObject | undefined = z.ZodObject | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Reply extends z.ZodType = z.ZodType,
> {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With its parameters after colons: `/v1/experiments/:key`. */
  path: string;
  scope: KeyScope;
  tag: string;
  summary: string;
  parameters?: Parameters;
  query?: Query;
  /** Of a JSON body, which is parsed before the handler is called. */
  body?: Body;
  /**
   * What the API document shows of the body by media type, where that is not `body`: of bodies that are not only JSON, or
   * whose entries the handler parses one by one.
   */
  bodies?: Record<string, z.ZodType>;
  /** How many levels of the body are searched for forbidden keys; by default all. */
  screenedLevels?: number;
  /** True for what browsers of other origins may call. */
  crossOrigin?: boolean;
  /** The path parameter that holds the API key, for clients that can send no header. Only client keys may stand there. */
  keyParameter?: string;
  reply: Reply;
  /** For a reply that is not, or not only, JSON: its media types and what each holds. */
  replies?: Record<string, z.ZodType>;
  /** What is answered, with the status 202, while the reply is not ready: then the same request is to be sent again. */
  pending?: z.ZodType<ReadingProgress>;
  /** The status of a success, 200 by default. */
  status?: number;
}

/**
 * Declares an endpoint and infers the types of its schemas.
 * @__NO_SIDE_EFFECTS__
 */
export function endpoint<
  Reply extends z.ZodType,
  Parameters extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: Endpoint<Parameters, Query, Body, Reply>): Endpoint<Parameters, Query, Body, Reply> {
  return definition;
}
