import type { z } from "zod";
import { ApiError, toApiError } from "./api-error.ts";
import { apiKey } from "./session.ts";

const API_ROOT = "/api";

/** The code of a request that Cloudflare Access has sent off to its sign-in. */
export const SIGN_IN_EXPIRED = "sign_in_expired";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface Options {
  method?: Method;
  /** Sent as JSON. */
  body?: unknown;
  accept?: string;
  signal?: AbortSignal;
}

async function request(path: string, { method = "GET", body, accept, signal }: Options): Promise<Response> {
  const key = apiKey();
  const headers = {
    accept: accept ?? "application/json",
    // Without a key the browser's own sign-in through Cloudflare Access speaks for the user.
    ...(key !== null && { authorization: `Bearer ${key}` }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  try {
    const response = await fetch(API_ROOT + path, {
      method,
      headers,
      // The API never redirects. Cloudflare Access does, to its own sign-in, where no fetch can follow.
      redirect: "manual",
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    if (response.type !== "opaqueredirect") return response;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", "The API did not answer.");
  }
  throw new ApiError(401, SIGN_IN_EXPIRED, "Your sign-in has expired.");
}

/** Checks an answer against the API's own schema. @throws ApiError when it is not what the schema promises */
export function checkAnswer<T>(body: unknown, schema: z.ZodType<T>, status = 200): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue ? `${issue.path.join(".") || "the answer"}: ${issue.message}` : "the answer";
  throw new ApiError(status, "unexpected_answer", where);
}

async function parseAnswer<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const body: unknown = await response.json().catch(() => undefined);
  return checkAnswer(body, schema, response.status);
}

/** Reads one resource as the text it comes as. @throws ApiError when it is refused or unreachable */
export async function fetchTextFromApi(path: string, signal: AbortSignal): Promise<string> {
  const response = await request(path, { signal });
  if (!response.ok) throw await toApiError(response);
  return response.text();
}

/**
 * Reads one resource and checks it against the API's own schema.
 * @throws ApiError when it is refused, unreachable, or not what the schema promises
 */
export async function fetchFromApi<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
  const response = await request(path, { signal });
  if (!response.ok) throw await toApiError(response);
  return parseAnswer(response, schema);
}

/**
 * Asks the API to do or compute something.
 * @throws ApiError as {@link fetchFromApi}; its `issues` name the fields that were refused
 */
export async function sendToApi<T>(
  method: Method,
  path: string,
  schema: z.ZodType<T>,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await request(path, { method, body: body ?? {}, ...(signal && { signal }) });
  if (!response.ok) throw await toApiError(response);
  return parseAnswer(response, schema);
}

/** Reads a document to be saved as a file. @throws ApiError */
export async function downloadFromApi(path: string): Promise<Blob> {
  const response = await request(path, { accept: "*/*" });
  if (!response.ok) throw await toApiError(response);
  return response.blob();
}
