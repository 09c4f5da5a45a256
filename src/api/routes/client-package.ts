import { clientPackage } from "#client-package";
import { readPublicUrl } from "#config";
import { getClientPackage } from "#contract/client-package.ts";
import { ok } from "#shared/result.ts";
import { isKnown } from "../http/respond.ts";
import { handle } from "../http/route.ts";

const { version, integrity, archive } = clientPackage;

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
  handle(getClientPackage, ({ context }) =>
    ok({ version, integrity, publicUrl: readPublicUrl(context.environment) }),
  ),
];
