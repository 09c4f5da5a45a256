import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** Nobody owns this name in any registry: whoever registers it would run code in our users' back ends. */
const NAME = "bakeoff-sdk";

const MANAGERS = ["npm", "npx", "pnpm", "yarn", "bun", "bunx", "deno", "jsr"];
const COMMAND = new RegExp(
  `\\b(?:${MANAGERS.join("|")})\\b[^\\n\`]*\\s["'\`]?(?:npm:)?${NAME}(?:@|[\\s"'\`,;)]|$)`,
  "m",
);
const REGISTRY_ADDRESS = new RegExp(
  `(?:esm\\.sh|unpkg\\.com|cdn\\.jsdelivr\\.net/npm|cdn\\.skypack\\.dev|npm:)/?${NAME}`,
);

/** Dependencies on the name that a registry would have to answer. */
function dependenciesOn(manifest: string): string[] {
  const versions = [...manifest.matchAll(new RegExp(`"${NAME}": "([^"]*)"`, "g"))].map(
    ([, version]) => version,
  );
  return versions.flatMap((version = "") => (/^https?:.*\.tgz$|^file:/.test(version) ? [] : [version]));
}

const asksARegistry = (text: string) => COMMAND.test(text) || REGISTRY_ADDRESS.test(text);

describe("the name of the client's package", () => {
  it.each([
    "npm install bakeoff-sdk",
    "// npm install bakeoff-sdk ai@7 @ai-sdk/openai@4",
    "npm i -S bakeoff-sdk@0.2.0",
    "pnpm add bakeoff-sdk",
    "yarn add ai bakeoff-sdk",
    "`bun add bakeoff-sdk`",
    "deno add npm:bakeoff-sdk",
    'import { createBakeoff } from "npm:bakeoff-sdk";',
    'import { createBakeoff } from "https://esm.sh/bakeoff-sdk";',
  ])("is noticed where a registry is asked for it: %s", (text) => {
    expect(asksARegistry(text)).toBe(true);
  });

  it.each([
    "npm install https://bakeoff.example.com/bakeoff-sdk.tgz",
    "npm pack https://bakeoff.example.com/bakeoff-sdk.tgz",
    'import { createBakeoff } from "bakeoff-sdk";',
  ])("may stand where none is: %s", (text) => {
    expect(asksARegistry(text)).toBe(false);
  });

  it("tells no reader to ask a registry, in any file", async () => {
    const { stdout } = await promisify(execFile)("git", ["grep", "-lI", "--untracked", NAME], { cwd: ROOT });
    const files = stdout.split("\n").filter((file) => file && !file.startsWith("test/checks/registry-names"));
    expect(files).toContain("docs/clients.md");
    for (const file of files) {
      const text = await readFile(join(ROOT, file), "utf8");
      expect(asksARegistry(text), file).toBe(false);
      if (file.endsWith("package.json")) expect(dependenciesOn(text), file).toEqual([]);
    }
  });
});
