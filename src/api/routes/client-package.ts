import { clientPackage } from "#client-package";
import { clientPackageInfoSchema } from "#contract/client-package.ts";
import { ok } from "#shared/result.ts";
import { readPublicUrl } from "../http/public-url.ts";
import { isKnown } from "../http/respond.ts";
import { defineRoute } from "../http/route.ts";

const { version, integrity, archive } = clientPackage;

/** Where the package lies. npm asks without a key. */
export const CLIENT_PACKAGE_PATH = "/bakeoff-sdk.tgz";

const HEADERS = {
  "content-type": "application/gzip",
  // Kept by everybody, and never served without asking: an update of the installation may bring another.
  "cache-control": "public, no-cache",
  etag: `"${integrity}"`,
  "repr-digest": `sha-512=:${integrity.replace("sha512-", "")}:`,
};

/** Answers with the client's package, for `npm install <installation>/bakeoff-sdk.tgz`. */
export function serveClientPackage(request: Request): Response {
  if (isKnown(HEADERS.etag, request)) return new Response(null, { status: 304, headers: HEADERS });
  const bytes = Uint8Array.from(atob(archive), (character) => character.charCodeAt(0));
  return new Response(bytes, { headers: HEADERS });
}

export const clientPackageRoutes = [
  defineRoute({
    method: "GET",
    path: "/v1/client-package",
    scope: "read",
    tag: "Client",
    summary: `Version and integrity of the client's package, which \`${CLIENT_PACKAGE_PATH}\` serves without a key`,
    reply: clientPackageInfoSchema,
    async handle({ context }) {
      return ok({ json: { version, integrity, publicUrl: readPublicUrl(context.environment) } });
    },
  }),
];
