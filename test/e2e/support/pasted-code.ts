import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { REPOSITORY } from "./sdk-package.ts";

/** A block of code as a page shows it. */
export interface Block {
  language: string;
  code: string;
}

/** The blocks of code of a page of the repository, from top to bottom. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(REPOSITORY, page), "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
}

/** Code in other words: addresses and keys that stand for the reader's own. */
export function withReplacements(code: string, replacements: Record<string, string>): string {
  return Object.entries(replacements).reduce((text, [from, to]) => text.replaceAll(from, to), code);
}

/**
 * Files as a reader would paste them: one per block, under the name that its first line gives; a block that imports nothing
 * goes on where the one before it ended.
 * @returns the names of the files and what they hold
 */
export function filesOf(blocks: readonly Block[], prefix: string): { name: string; code: string }[] {
  const files: { name: string; code: string }[] = [];
  for (const { code } of blocks.filter(({ language }) => language === "ts")) {
    const last = files.at(-1);
    const named = /^\/\/ ([\w-]+\.ts)\n/.exec(code)?.[1];
    if (last && !/^import /m.test(code)) last.code += `\n${code}`;
    else files.push({ name: named ?? `${prefix}-${files.length + 1}.ts`, code });
  }
  return files;
}

/** Node 20 runs no TypeScript: there it is compiled, as its users do. @returns the path of what is run */
export async function writeProgram(
  folder: string,
  name: string,
  code: string,
  major: number,
): Promise<string> {
  if (major >= 22) {
    await writeFile(join(folder, name), code);
    return join(folder, name);
  }
  const compiled = stripTypeScriptTypes(code).replaceAll(/(from "\.\/[\w-]+)\.ts"/g, '$1.mjs"');
  const path = join(folder, name.replace(/\.ts$/, ".mjs"));
  await writeFile(path, compiled);
  return path;
}
