import { createInterface } from "node:readline/promises";
import { z } from "zod";
import { runWrangler } from "./wrangler.ts";

const identitySchema = z.object({
  loggedIn: z.boolean(),
  accounts: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
});

async function readIdentity() {
  const answer = await runWrangler(["whoami", "--json"]).catch(() => '{"loggedIn":false}');
  return identitySchema.parse(JSON.parse(answer));
}

/** True where somebody can be asked. */
export const IS_TERMINAL = process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Asks at the terminal. */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/**
 * Signs in where need be and finds the account to deploy to: the one that `CLOUDFLARE_ACCOUNT_ID` names, the only one, or
 * the one that is chosen at the terminal.
 * @throws where nobody is signed in or several accounts are left, and nobody can be asked
 */
export async function chooseAccount(): Promise<string> {
  const { CLOUDFLARE_ACCOUNT_ID: chosen, CLOUDFLARE_API_TOKEN: token } = process.env;
  // Asking who that is takes a permission that a token need not have.
  if (chosen && token) return chosen;
  let { loggedIn, accounts } = await readIdentity();
  if (!loggedIn && IS_TERMINAL) {
    await runWrangler(["login"], { interactive: true });
    ({ loggedIn, accounts } = await readIdentity());
  }
  if (!loggedIn) {
    throw new Error("Nobody is signed in. Run 'npx wrangler login', or set CLOUDFLARE_API_TOKEN.");
  }
  if (chosen) return chosen;
  const [only, ...others] = accounts;
  if (only && others.length === 0) return only.id;
  const list = accounts.map(({ id, name }, index) => `  ${index + 1}  ${name} (${id})`).join("\n");
  if (!IS_TERMINAL || !only)
    throw new Error(`Set CLOUDFLARE_ACCOUNT_ID to the account to deploy to:\n${list}`);
  const answer = Number(await ask(`Deploy to which account?\n${list}\n> `));
  const account = accounts[answer - 1];
  if (!account) throw new Error(`There is no account ${answer}.`);
  return account.id;
}
