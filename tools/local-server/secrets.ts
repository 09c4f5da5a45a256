import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerSettings } from "./settings.ts";

export interface ServerSecrets {
  adminKey: string;
  /** Keys the hash under which units are stored. */
  unitKey: string;
}

/** Only the owner of the data folder may read its secrets. */
const OWNER_ONLY = 0o600;

/** Reads a secret that a former start has kept, or makes and keeps one. */
async function keptSecret(file: string, generate: () => string): Promise<string> {
  try {
    await writeFile(file, generate(), { mode: OWNER_ONLY, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return (await readFile(file, "utf8")).trim();
}

/** The secrets from the settings, or those of the data folder. */
export async function findSecrets(settings: ServerSettings): Promise<ServerSecrets> {
  const randomText = (): string => randomBytes(24).toString("base64url");
  return {
    adminKey:
      settings.adminKey ??
      (await keptSecret(join(settings.data, "admin-key"), () => `bk_admin_${randomText()}`)),
    unitKey: settings.unitKey ?? (await keptSecret(join(settings.data, "unit-key"), randomText)),
  };
}
