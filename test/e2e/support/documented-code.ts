import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const DOCUMENT = resolve(import.meta.dirname, "../../../docs/clients.md");

/** The TypeScript that docs/clients.md shows and that mentions this. */
export function documentedCode(mention: string): string {
  const blocks = [...readFileSync(DOCUMENT, "utf8").matchAll(/```ts\n(.*?)```/gs)];
  const found = blocks.map(([, code = ""]) => code).filter((code) => code.includes(mention));
  const [code] = found;
  if (code === undefined || found.length > 1)
    throw new Error(`${found.length} examples mention '${mention}'`);
  return code;
}

/**
 * Runs code as it is documented, against another address and with other keys.
 * @param scope what the code takes for granted, modules by their names included
 * @param results the names whose values are returned
 */
export async function runDocumented(
  code: string,
  replacements: Record<string, string>,
  scope: Record<string, unknown>,
  results: readonly string[],
): Promise<Record<string, unknown>> {
  const imports = /import \{ ([\w, ]+) \} from "([^"]+)";/g;
  let text = code.replace(imports, (_line, names, module) => `const { ${names} } = modules["${module}"];`);
  for (const [from, to] of Object.entries(replacements)) text = text.replaceAll(from, to);
  const run: unknown = new Function(
    ...Object.keys(scope),
    `return (async () => { ${text}\nreturn { ${results.join(", ")} }; })();`,
  );
  if (typeof run !== "function") throw new Error("the example is no function");
  return await run(...Object.values(scope));
}
