import * as z from "zod";
import { endpoint } from "./endpoint.ts";

/** The package of the client that an installation serves, and where. */
export const clientPackageInfoSchema = z
  .strictObject({
    version: z.string(),
    /** Of the package's bytes, as package managers put it in their lock files. */
    integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]+=*$/),
    /** Where apps reach the API, if the installation was told: `PUBLIC_URL`. */
    publicUrl: z.url().nullable(),
  })
  .meta({ id: "ClientPackage" });

/** Where the package lies. npm asks without a key. */
export const CLIENT_PACKAGE_PATH = "/bakeoff-sdk.tgz";

export const getClientPackage = endpoint({
  method: "GET",
  path: "/v1/client-package",
  scope: "read",
  tag: "Client",
  summary: `Version and integrity of the client's package, which \`${CLIENT_PACKAGE_PATH}\` serves without a key`,
  reply: clientPackageInfoSchema,
});
