import { z } from "zod";

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
