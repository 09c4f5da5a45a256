import type { Reply } from "./route.ts";
import { sha256 } from "./sha-256.ts";

/** 128 bits of the hash tell bodies apart well enough. */
const ENTITY_TAG_DIGITS = 32;

/**
 * A document that is opened from the dashboard's origin would run its scripts with the rights of whoever is signed in;
 * under this policy it is a picture of text, whatever it holds.
 */
const DOCUMENT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** Weak, because compression on the way changes the bytes and not what they say. */
async function entityTagOf(body: string): Promise<string> {
  return `W/"${(await sha256(body)).slice(0, ENTITY_TAG_DIGITS)}"`;
}

function isKnown(entityTag: string, request: Request): boolean {
  const known = request.headers.get("if-none-match");
  if (known === null) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, "");
  return known.trim() === "*" || known.split(",").some((tag) => opaque(tag) === opaque(entityTag));
}

/**
 * Turns a reply into a response. What was read may be kept by the one who asked, and is revalidated every time: polling
 * costs a body only when something has changed.
 */
export async function toResponse(reply: Reply<unknown>, request: Request): Promise<Response> {
  const isText = "text" in reply;
  const body = isText ? reply.text : JSON.stringify(reply.json);
  const content: Record<string, string> = isText
    ? { ...reply.headers, "content-type": reply.contentType, "content-security-policy": DOCUMENT_POLICY }
    : { "content-type": "application/json" };
  if (request.method !== "GET") {
    const status = isText ? 200 : (reply.status ?? 200);
    return new Response(body, { status, headers: { ...content, "cache-control": "no-store" } });
  }
  const etag = await entityTagOf(body);
  const caching = {
    etag,
    "cache-control": "private, no-cache",
    vary: "authorization, cf-access-jwt-assertion",
  };
  return isKnown(etag, request)
    ? new Response(null, { status: 304, headers: caching })
    : new Response(body, { headers: { ...content, ...caching } });
}
