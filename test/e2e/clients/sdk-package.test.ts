import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { build } from "vite";
import { beforeAll, describe, expect, it } from "vitest";
import { createProject, findOtherNode, REPOSITORY, runTool, SDK } from "#test/e2e/support/sdk-package.ts";
import { startStubServer } from "#test/e2e/support/stub-server.ts";
import { FakeWorker } from "#test/support/fake-worker.ts";
import { rulesetDocument, rulesetExperiment } from "#tools/builders/ruleset-builder.ts";

const run = promisify(execFile);

const MAXIMUM_BYTES = 6 * 1_024;

let project: string;
let server: Awaited<ReturnType<typeof startStubServer>>;
const worker = new FakeWorker();

beforeAll(async () => {
  project = await createProject();
  const ruleset = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5]));
  server = await startStubServer(({ path, body }) => {
    const received = { path, body: JSON.parse(body || "null") };
    if (path === "/v1/ruleset") return Response.json(ruleset);
    return worker.answer(received);
  });
});

/** What an app does, in both modes; prints what it got. */
const APP = `
  export async function useBakeoff(createBakeoff, url, mode) {
    const bakeoff = createBakeoff({ url, key: "bk_server_x", mode, timeoutMs: 20_000 });
    const unit = "user-1", fallback = { model: "fallback" };
    const { result, handle, assigned } = await bakeoff.run("answer", { unit, fallback }, async ({ value }) => ({
      model: value.model,
      stream: new Response("streamed text").body,
    }));
    const text = await new Response(result.stream).text();
    bakeoff.feedback(handle, { task_success: true });
    const isDone = await bakeoff.close();
    return { mode, model: result.model, reason: assigned.reason, text, isDone, ...bakeoff.stats };
  }
`;

const GOT = {
  remote: { model: "small", reason: "SPLIT", text: "streamed text", isDone: true, delivered: 2, dropped: 0 },
  // The exposure is the third.
  local: { reason: "SPLIT", text: "streamed text", isDone: true, delivered: 3, dropped: 0 },
};

describe("the built package", () => {
  it("has a main entry of at most 6 KB, minified and gzipped, that stands alone", async () => {
    const code = await readFile(join(SDK, "dist/index.js"), "utf8");
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(MAXIMUM_BYTES);
    expect(code).not.toMatch(/(^|;|\n)import\s*[{"'*\w]/);
    expect(code.match(/import\([^)]*\)/g)?.sort()).toEqual([
      "import(`./assigner.js`)",
      "import(`./runner.js`)",
      "import(`./sealing.js`)",
      "import(`./sealing.js`)",
    ]);
  });

  it("loads what measures runs when something runs: at most 5 KB, which stand alone too", async () => {
    const code = await readFile(join(SDK, "dist/runner.js"), "utf8");
    expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(5 * 1_024);
    expect(code).not.toMatch(/(^|;|\n)import\s*[{"'*\w]|import\(|zod/);
  });

  it("carries neither a schema library nor the rest of GrowthBook's SDK, and the notice of what it does carry", async () => {
    const code = await readFile(join(SDK, "dist/assigner.js"), "utf8");
    expect(code).not.toMatch(/zod|localStorage|EventSource/);
    expect(code).toContain("THIRD-PARTY-NOTICES");
    const notices = await readFile(join(project, "node_modules/bakeoff-sdk/THIRD-PARTY-NOTICES"), "utf8");
    expect(notices).toContain("GrowthBook, Inc.");
  });

  it("has the same bytes on every machine: whatever may be read by whom here, and whoever compresses", async () => {
    const archive = join(REPOSITORY, ".build/bakeoff-sdk.tgz");
    const before = await readFile(archive);
    await run("sh", ["-c", `umask 077 && chmod -R go= sdk/dist && "${process.execPath}" sdk/pack.ts`], {
      cwd: REPOSITORY,
    });
    expect((await readFile(archive)).equals(before)).toBe(true);
    const { stdout } = await run("tar", ["tvzf", archive]);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.slice(0, 10)),
    ).toEqual(expect.not.arrayContaining([expect.not.stringMatching(/^-rw-r--r--$/)]));
    // A header without a date or a system, and blocks that are stored: no compressor has a say in them.
    expect([...before.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, expect.any(Number), 255]);
    expect((before[10] ?? 0) & 0b110).toBe(0);
  });

  it("has no dependencies, and an optional peer", async () => {
    const manifest = JSON.parse(await readFile(join(SDK, "package.json"), "utf8"));
    expect(manifest.dependencies).toBeUndefined();
    expect(manifest.peerDependenciesMeta).toEqual({ ai: { optional: true } });
  });

  it("leaves nothing behind in an app that imports it and uses nothing", async () => {
    const entry = join(project, "unused.js");
    await writeFile(entry, 'import { createBakeoff } from "bakeoff-sdk"; export const answer = 42;');
    const built = await build({
      configFile: false,
      logLevel: "silent",
      root: project,
      build: { write: false, minify: false, lib: { entry, formats: ["es"] } },
    });
    const [output] = Array.isArray(built) ? built : [built];
    if (!output || !("output" in output)) throw new Error("a build has outputs");
    expect(output.output.map((chunk) => "code" in chunk && chunk.code.length)[0]).toBeLessThan(200);
  });

  it("passes publint", async () => {
    const { stdout } = await runTool("publint", [SDK, "--strict"]);
    expect(stdout).toContain("All good!");
  });

  it("has types that resolve wherever ESM does", async () => {
    const { stdout } = await runTool("attw", ["--pack", SDK, "--profile", "esm-only", "--no-emoji"]);
    expect(stdout).not.toMatch(/FalseESM|FalseCJS|InternalResolutionError|UntypedResolution/);
  });
});

describe("an empty project", () => {
  it("compiles against the types, with nothing else installed", async () => {
    await writeFile(
      join(project, "app.ts"),
      `import { type Assigned, createBakeoff, type ConfigValue } from "bakeoff-sdk";
       const bakeoff = createBakeoff({ url: "https://bakeoff.test", key: "k", mode: "local" });
       const assigned: Assigned = await bakeoff.assign("c", { unit: "u", fallback: { model: "m" } });
       const temperature: number | undefined = assigned.value.parameters?.temperature;
       const own = await bakeoff.assign<{ tone: string }>("c", { unit: "u", fallback: { tone: "warm" } });
       const tone: string = own.value.tone;
       const { result, handle } = await bakeoff.run("c", { unit: "u", fallback: {} }, async ({ value }) => value.model);
       const model: string | undefined = result;
       // @ts-expect-error a fallback is what the app would go on with: it has to fit
       bakeoff.assign<{ tone: string }>("c", { unit: "u", fallback: { color: "red" } });
       // @ts-expect-error without a unit there is nothing to assign
       bakeoff.assign("c", { fallback: {} });
       export type { ConfigValue };
       export const used = [temperature, tone, model, handle];`,
    );
    const options = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false", "--types", ""];
    const target = ["--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--module", "nodenext"];
    const compiled = runTool("tsc", ["--noEmit", ...options, ...target, "app.ts"], project);
    await expect(compiled.catch((cause) => cause.stdout)).resolves.toMatchObject({ stdout: "" });
  });

  it("runs on another Node, in both modes", async () => {
    const node = await findOtherNode();
    console.log(
      `the package is tried on Node ${node.version}${node.isOwn ? ": there is no other here" : ""}`,
    );
    await writeFile(
      join(project, "app.js"),
      `import { createBakeoff } from "bakeoff-sdk";
       ${APP}
       const got = [];
       for (const mode of ["remote", "local"]) got.push(await useBakeoff(createBakeoff, "${server.url}", mode));
       console.log(JSON.stringify(got));`,
    );
    const { stdout, stderr } = await run(node.path, ["app.js"], { cwd: project });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject([GOT.remote, GOT.local]);
  });

  it("is kept alive by no timer, however much there is to send and nobody to take it", async () => {
    const node = await findOtherNode();
    await writeFile(
      join(project, "idle.js"),
      `import { createBakeoff } from "bakeoff-sdk";
       const bakeoff = createBakeoff({ url: "http://127.0.0.1:9", key: "k", intervalMs: 600_000 });
       bakeoff.log({ experiment: "e", unit: "u", metrics: { error: 0 } });
       bakeoff.flush(0);
       for (let index = 0; index < 150; index++) bakeoff.log({ experiment: "e", unit: "u", metrics: { error: 0 } });
       console.log(bakeoff.stats.queued);`,
    );
    const { stdout } = await run(node.path, ["idle.js"], { cwd: project, timeout: 30_000 });
    expect(stdout.trim()).toBe("151");
  });

  it("runs in workerd, in both modes, and delivers behind the answer through waitUntil", async () => {
    const installed = join(project, "node_modules/bakeoff-sdk/dist");
    const module = async (name: string) => ({
      type: "ESModule" as const,
      path: `/${name}`,
      contents: await readFile(join(installed, name), "utf8"),
    });
    const script = `
      import { createBakeoff } from "./index.js";
      ${APP}
      const shared = createBakeoff({ url: "${server.url}", key: "k", mode: "local" });
      export default {
        async fetch(request, env, ctx) {
          const mode = new URL(request.url).pathname.slice(1);
          if (mode !== "shared") return Response.json(await useBakeoff(createBakeoff, "${server.url}", mode));
          const { result } = await shared.run(
            "answer",
            { unit: crypto.randomUUID(), fallback: {}, waitUntil: (work) => ctx.waitUntil(work) },
            () => new Response("streamed behind the answer"),
          );
          return result;
        },
      };`;
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        cf: false,
        workers: [
          {
            name: "app",
            compatibilityDate: "2026-10-01",
            modulesRoot: "/",
            modules: [
              { type: "ESModule", path: "/main.js", contents: script },
              await module("index.js"),
              await module("assigner.js"),
              await module("runner.js"),
              await module("sealing.js"),
            ],
          },
        ],
      }),
    );
    try {
      for (const mode of ["remote", "local"] as const) {
        const response = await miniflare.dispatchFetch(`http://app.test/${mode}`);
        expect(await response.json()).toMatchObject(GOT[mode]);
      }
      worker.acknowledged.length = 0;
      const texts = await Promise.all(
        Array.from({ length: 20 }, async () =>
          (await miniflare.dispatchFetch("http://app.test/shared")).text(),
        ),
      );
      expect(new Set(texts)).toEqual(new Set(["streamed behind the answer"]));
      await expect.poll(() => new Set(worker.acknowledged).size, { timeout: 20_000 }).toBe(20);
    } finally {
      await miniflare.dispose();
    }
  });
});
