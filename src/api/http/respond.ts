import { sha256 } from "#shared/sha-256.ts";
import { SpecialReply } from "./reply.ts";

/** 128 bits of the hash tell bodies apart well enough. */
const ENTITY_TAG_DIGITS = 32;

/**
 * A document that is opened from the dashboard's origin would run its scripts with the rights of whoever is signed in;
 * under this policy it is a picture of text, whatever it holds.
 */
const DOCUMENT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** Weak, because compression on the way changes the bytes and not what they say. */
export async function entityTagOf(body: string): Promise<string> {
  return `W/"${(await sha256(body)).slice(0, ENTITY_TAG_DIGITS)}"`;
}

/** True when a request says that it already has what the tag names. */
export function isKnown(entityTag: string, request: Request): boolean {
  const header = request.headers.get("if-none-match");
  if (header === null) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return header.trim() === "*" || header.split(",").some((tag) => opaque(tag) === opaque(entityTag));
}

const UNCACHED = { "cache-control": "no-store" };
const REVALIDATED = {
  "cache-control": "private, no-cache",
  vary: "authorization, x-api-key, cf-access-jwt-assertion",
};

function notModified(etag: string, caching: Record<string, string>): Response {
  return new Response(null, { status: 304, headers: { ...caching, etag } });
}

type TextReply = Extract<SpecialReply["content"], { text: string }>;

async function toTextResponse(reply: TextReply, request: Request): Promise<Response> {
  const content = {
    ...reply.headers,
    "content-type": reply.contentType,
    "content-security-policy": DOCUMENT_POLICY,
  };
  if (request.method !== "GET") return new Response(reply.text, { headers: { ...content, ...UNCACHED } });
  const etag = await entityTagOf(reply.text);
  if (isKnown(etag, request)) return notModified(etag, REVALIDATED);
  return new Response(reply.text, { headers: { ...content, ...REVALIDATED, etag } });
}

async function toJsonResponse(
  json: unknown,
  status: number,
  request: Request,
  { entityTag, cacheControl }: { entityTag?: string; cacheControl?: string } = {},
): Promise<Response> {
  const content = { "content-type": "application/json" };
  const caching = cacheControl === undefined ? REVALIDATED : { "cache-control": cacheControl };
  if (entityTag === undefined && request.method !== "GET") {
    return new Response(JSON.stringify(json), { status, headers: { ...content, ...UNCACHED } });
  }
  // A tag that the route knows beforehand saves writing a body that nobody needs.
  if (entityTag !== undefined && isKnown(entityTag, request)) return notModified(entityTag, caching);
  const body = JSON.stringify(json);
  const etag = entityTag ?? (await entityTagOf(body));
  if (isKnown(etag, request)) return notModified(etag, caching);
  return new Response(body, { headers: { ...content, ...caching, etag } });
}

/**
 * Turns a reply into a response. What was read may be kept by the one who asked, and is revalidated every time: polling
 * costs a body only when something has changed.
 */
export async function toResponse(reply: unknown, status: number, request: Request): Promise<Response> {
  if (!(reply instanceof SpecialReply)) return toJsonResponse(reply, status, request);
  const { content } = reply;
  if ("text" in content) return toTextResponse(content, request);
  if ("bytes" in content) {
    const { headers, contentType } = content;
    return new Response(content.bytes, { headers: { ...headers, "content-type": contentType, ...UNCACHED } });
  }
  if ("stream" in content) {
    const { stream, headers, contentType } = content;
    return new Response(stream, {
      headers: {
        ...headers,
        "content-type": contentType,
        "content-security-policy": DOCUMENT_POLICY,
        ...UNCACHED,
      },
    });
  }
  if ("pending" in content) {
    const headers = { ...UNCACHED, "retry-after": String(content.retryAfterSeconds) };
    return Response.json(content.pending, { status: 202, headers });
  }
  return toJsonResponse(content.json, status, request, content);
}
