import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { cloneRepository } from "#test/e2e/support/clone.ts";
import { Program } from "#test/e2e/support/program.ts";

const run = promisify(execFile);

let image: string;
let instructions: { name: string; text: string }[];
let environment: Record<string, string>;

const textsOf = (name: string) => instructions.filter((one) => one.name === name).map(({ text }) => text);
const commandOf = (text = "") => z.array(z.string()).parse(JSON.parse(text.slice(text.indexOf("["))));

/** No engine for containers is here: this is the folder that the image would hold, less what `.dockerignore` leaves out. */
beforeAll(async () => {
  image = await cloneRepository();
  const file = await readFile(join(image, "Dockerfile"), "utf8");
  const lines = file
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter(Boolean);
  instructions = lines.map((line) => {
    const [, name = "", text = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    return { name, text };
  });
  environment = Object.fromEntries(
    textsOf("ENV").flatMap((text) => text.split(/\s+/).map((pair) => pair.split("="))),
  );
  const ignored = (await readFile(join(image, ".dockerignore"), "utf8")).split("\n").filter(Boolean);
  for (const path of ignored.filter((line) => /^\w/.test(line))) {
    expect(existsSync(join(image, path)), path).toBe(true);
    await rm(join(image, path), { recursive: true });
  }
});

describe("the image", () => {
  it("copies what exists, and runs scripts that exist", async () => {
    for (const text of textsOf("COPY")) {
      const sources = text.split(/\s+/).slice(0, -1);
      for (const source of sources) expect(existsSync(join(image, source)), source).toBe(true);
    }
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(join(image, "package.json"), "utf8")));
    const names = textsOf("RUN").flatMap((text) =>
      [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name),
    );
    expect(names).toEqual(["build"]);
    for (const name of names) expect(scripts).toHaveProperty([name ?? ""]);
  });

  it("is of the version of Node that the scripts run on, and runs as somebody without rights", async () => {
    const recommended = (await readFile(join(image, ".nvmrc"), "utf8")).trim();
    expect(textsOf("FROM")).toEqual([`node:${recommended}-slim`]);
    expect(process.versions.node.split(".")[0]).toBe(recommended);
    const order = instructions.map(({ name }) => name);
    expect(textsOf("USER")).toEqual(["node"]);
    expect(order.indexOf("USER")).toBeLessThan(order.indexOf("CMD"));
  });

  it("publishes the ports that the server listens on, and keeps its data in the volume", async () => {
    const { PORT, WORKER_PORT, BAKEOFF_DATA, HOST } = environment;
    expect(HOST).toBe("0.0.0.0");
    expect(textsOf("EXPOSE")).toEqual([`${PORT} ${WORKER_PORT}`]);
    expect(textsOf("VOLUME")).toEqual([BAKEOFF_DATA]);
    const compose = await readFile(join(image, "compose.yaml"), "utf8");
    for (const port of [PORT, WORKER_PORT]) expect(compose).toContain(`"127.0.0.1:${port}:${port}"`);
    expect(compose).toContain(`- data:${BAKEOFF_DATA}\n`);
    const settings = await readFile(join(image, "tools/local-server/settings.ts"), "utf8");
    for (const [, name] of compose.matchAll(/^ {6}(\w+): \$\{/gm)) expect(settings).toContain(`  ${name}: `);
  });

  it("builds, starts, is healthy, stops when it is told to, and then is not healthy", async () => {
    await run("npm", ["run", "build"], { cwd: image });
    const [node, ...parameters] = commandOf(textsOf("CMD")[0]);
    expect(node).toBe("node");
    const server = await Program.start(
      [process.execPath, ...parameters],
      {
        HOST: environment.HOST ?? "",
        // As compose hands on what nobody has set.
        BAKEOFF_ADMIN_KEY: "",
        BAKEOFF_UNIT_KEY: "",
        BAKEOFF_PRICES: "",
      },
      image,
    );
    await server.printed(/Ctrl-C stops the server/);
    const [, ...check] = commandOf(textsOf("HEALTHCHECK")[0]);
    const health = async () => {
      const child = spawn(process.execPath, check, { env: { WORKER_PORT: String(server.ports.workerPort) } });
      return new Promise((done) => child.once("exit", done));
    };
    expect(await health()).toBe(0);
    server.child.kill("SIGTERM");
    expect(await server.ended()).toBe(0);
    expect(await server.processes()).toEqual([]);
    expect(await health()).toBe(1);
  });
});
