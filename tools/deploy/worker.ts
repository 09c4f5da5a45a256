import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { IS_TERMINAL } from "./account.ts";
import { readSecrets } from "./installation.ts";
import { runWrangler } from "./wrangler.ts";

/** Only the owner of the file may read it. */
const OWNER_ONLY = 0o600;

const deployedSchema = z.object({ type: z.literal("deploy"), targets: z.array(z.string()).default([]) });

/** The secrets that a Worker needs and does not have. */
export function missingSecrets(present: readonly string[], renewAdminKey: boolean): Record<string, string> {
  const random = () => randomBytes(24).toString("base64url");
  const needed = { BAKEOFF_ADMIN_KEY: `bk_admin_${random()}`, BAKEOFF_UNIT_KEY: random() };
  const missing = Object.entries(needed).filter(
    ([name]) => !present.includes(name) || (renewAdminKey && name === "BAKEOFF_ADMIN_KEY"),
  );
  return Object.fromEntries(missing);
}

/** What wrangler writes down of a deployment: one JSON document a line. @returns where the Worker answers */
function addressOf(report: string): string | undefined {
  for (const line of report.split("\n").filter(Boolean)) {
    const entry = deployedSchema.safeParse(JSON.parse(line));
    const address = entry.data?.targets.find((target) => target.startsWith("https://"));
    if (address) return address;
  }
  return undefined;
}

/**
 * Deploys the Worker, with the secrets that it does not have yet: a new Worker cannot be given them before.
 * @returns where it answers, and the admin key where it got a new one, also when the deployment failed after that
 */
export async function deployWorker(
  secrets: Record<string, string>,
): Promise<{ address: string | undefined; adminKey: string | undefined; failure: unknown }> {
  const folder = await mkdtemp(join(tmpdir(), "bakeoff-deploy-"));
  const adminKey = secrets.BAKEOFF_ADMIN_KEY;
  try {
    const file = join(folder, "secrets.json");
    const report = join(folder, "report.ndjson");
    await writeFile(file, JSON.stringify(secrets), { mode: OWNER_ONLY });
    const withSecrets = Object.keys(secrets).length > 0 ? ["--secrets-file", file] : [];
    try {
      await runWrangler(["deploy", ...withSecrets], {
        environment: { WRANGLER_OUTPUT_FILE_PATH: report },
        interactive: IS_TERMINAL,
      });
    } catch (failure) {
      const present = await readSecrets().catch(() => undefined);
      const hasKey = adminKey !== undefined && present?.includes("BAKEOFF_ADMIN_KEY");
      return { address: undefined, adminKey: hasKey ? adminKey : undefined, failure };
    }
    const address = addressOf(await readFile(report, "utf8").catch(() => ""));
    return { address, adminKey, failure: undefined };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
