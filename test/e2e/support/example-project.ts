import { execFile } from "node:child_process";
import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { createProject, REPOSITORY } from "./sdk-package.ts";

const run = promisify(execFile);

/** Wrangler must neither phone home nor look for updates. */
const OFFLINE = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true" };

/** What running an example leaves in its folder. */
const LEFT_BY_OTHERS = new Set(["node_modules", "dist", ".wrangler", ".dev.vars"]);

const versionsSchema = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({
  version: z.string().optional(),
  dependencies: versionsSchema,
  devDependencies: versionsSchema,
});

const readManifest = async (folder: string) =>
  manifestSchema.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));

/** A copy of the examples, installed as their users install them: the client is the packed one. */
export class ExampleProject {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<ExampleProject> {
    return new ExampleProject(await createProject());
  }

  /**
   * Copies an example, with what its manifest names and nothing else at hand.
   * @returns its folder
   * @throws when the repository is tested with other versions than the manifest names
   */
  async install(name: string): Promise<string> {
    const folder = join(this.#folder, name);
    const filter = (path: string) => !LEFT_BY_OTHERS.has(basename(path));
    await cp(join(REPOSITORY, "examples", name), folder, { recursive: true, filter });
    const { dependencies, devDependencies } = await readManifest(folder);
    for (const [dependency, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      const isOwn = dependency === "bakeoff-sdk";
      const packages = join(isOwn ? this.#folder : REPOSITORY, "node_modules");
      const installed = join(packages, dependency);
      const found = (await readManifest(installed)).version;
      if (isOwn) continue;
      if (found !== version) throw new Error(`${name} names ${dependency} ${version}, here is ${found}`);
      const link = join(folder, "node_modules", dependency);
      await mkdir(dirname(link), { recursive: true });
      await symlink(installed, link);
    }
    return folder;
  }
}

/** Runs a program in an example's folder with nothing in its environment but this. @returns what it prints */
export async function runIn(folder: string, parameters: readonly string[], environment = {}) {
  const { PATH } = process.env;
  const { stdout, stderr } = await run(process.execPath, [...parameters], {
    cwd: folder,
    env: { PATH, ...OFFLINE, ...environment },
  });
  return { stdout, stderr };
}

/** A tool of the project, as `npm start` of an example finds it. */
export const tool = (name: string): string => join(REPOSITORY, "node_modules/.bin", name);

/** What an example's page of words says. */
export function readExample(path: string): Promise<string> {
  return readFile(join(REPOSITORY, "examples", path), "utf8");
}
