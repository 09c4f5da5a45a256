import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { assignmentReplySchema, assignOne } from "#contract/assignment.ts";
import type { ApiClient } from "#contract/client.ts";
import { getClientPackage } from "#contract/client-package.ts";
import { getResults } from "#contract/results.ts";
import { aiSdkSnippet } from "#dashboard/features/configs/snippets/ai-sdk.ts";
import { curlSnippet } from "#dashboard/features/configs/snippets/curl.ts";
import { openFeatureSnippet } from "#dashboard/features/configs/snippets/open-feature.ts";
import { typeScriptSnippet } from "#dashboard/features/configs/snippets/typescript.ts";
import { createKey } from "#test/e2e/support/create-key.ts";
import { type NodeVersion, nodeVersions } from "#test/e2e/support/node-versions.ts";
import { blocksOf, filesOf, withReplacements, writeProgram } from "#test/e2e/support/pasted-code.ts";
import { Program } from "#test/e2e/support/program.ts";
import { REPOSITORY } from "#test/e2e/support/sdk-package.ts";
import { PATIENCE_MILLISECONDS, untilItWorks } from "#test/e2e/support/server-patience.ts";
import { startStubProvider } from "#test/e2e/support/stub-provider.ts";
import { temporaryFolder } from "#test/e2e/support/temporary-folder.ts";
import { connect } from "#tools/connect.ts";

const run = promisify(execFile);

/** What a test cannot do as a new user does it: the first line of the block, and who tries it instead. */
const TRIED_ELSEWHERE: Record<string, string> = {
  "npm ci && npm run demo     # eight experiments on real recorded LLM outcomes, with the dashboard":
    "`npm ci` has run; test/e2e/demo.test.ts runs the demo",
  "npm ci && npm run deploy": "test/e2e/deploy.test.ts, against a stand-in of the account",
  "npm ci": "the same by hand: test/e2e/deploy.test.ts",
  "npx wrangler d1 migrations apply DB --remote": "the update: test/e2e/deploy.test.ts",
  "docker compose up --build --wait": "no engine for containers is here; test/e2e/container.test.ts",
};

/** What the pasted programs import that the project has too: linked, so that no registry is asked. */
const LINKED = [
  "@ai-sdk/openai-compatible",
  "@growthbook/growthbook",
  "@openfeature/ofrep-provider",
  "@openfeature/ofrep-web-provider",
  "@openfeature/server-sdk",
  "@openfeature/web-sdk",
  "@opentelemetry/api",
  "@opentelemetry/exporter-logs-otlp-http",
  "@opentelemetry/exporter-trace-otlp-http",
  "@opentelemetry/sdk-logs",
  "@opentelemetry/sdk-trace",
  "ai",
  "openai",
];

/** Stands for the provider's own package, which knows no other address than the provider's. */
const OPENAI_PROVIDER = `
  import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
  export const openai = createOpenAICompatible({ name: "openai", baseURL: process.env.OPENAI_BASE_URL });`;

const EXAMPLES = {
  "node-openai": "server",
  "ai-sdk": "server",
  openfeature: "server",
  growthbook: "client",
  opentelemetry: "server",
} as const;

const exampleNamesSchema = z.enum(["node-openai", "ai-sdk", "openfeature", "growthbook", "opentelemetry"]);
const exampleNamed = (name: string) => exampleNamesSchema.parse(name);

const versions = await nodeVersions();

let folder: string;
let server: Program;
let admin: ApiClient;
let provider: Awaited<ReturnType<typeof startStubProvider>>;
let replacements: Record<string, string>;
const keys = { server: "", client: "" };

/** Pastes commands into a terminal. */
async function paste(commands: string, environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { stdout } = await run("bash", ["-euc", withReplacements(commands, replacements)], {
    cwd: folder,
    env: environment,
  });
  return stdout;
}

beforeAll(async () => {
  [folder, provider] = await Promise.all([temporaryFolder("new-user"), startStubProvider()]);
  server = await Program.start(["npm", "start"], {
    BAKEOFF_DATA: join(folder, ".data"),
    BAKEOFF_ADMIN_KEY: "",
  });
  await server.printed(/Ctrl-C stops the server/);
  admin = connect(server.api, (await readFile(join(folder, ".data/admin-key"), "utf8")).trim());
  for (const scope of ["server", "client"] as const) keys[scope] = await createKey(admin, scope);
  replacements = {
    "http://localhost:8788": server.api,
    "http://127.0.0.1:8788": server.api,
    "https://bakeoff.example.com": server.api,
    "https://api.openai.com/v1": provider.url,
    "bk_server_…": keys.server,
    "bk_client_…": keys.client,
  };
});

async function results(experiment = "larger-model") {
  return (await admin.call(getResults, { params: { key: experiment } })).analysis;
}

describe("the README, from top to bottom", () => {
  const blocks = blocksOf("README.md").filter(({ language }) => language === "sh");

  it("has commands that are run here or named as tried elsewhere", () => {
    const firstLines = blocks.map(({ code }) => code.split("\n")[0] ?? "");
    const elsewhere = firstLines.filter((line) => line in TRIED_ELSEWHERE);
    expect(elsewhere).toEqual(Object.keys(TRIED_ELSEWHERE));
    expect(firstLines.filter((line) => !(line in TRIED_ELSEWHERE))).toEqual([
      "export BAKEOFF_ADMIN_KEY=$(cat .data/admin-key)",
      "npm install http://localhost:8788/bakeoff-sdk.tgz   # or your installation's address",
    ]);
  });

  it("sets an experiment up and logs an outcome, one answer a line, and may be pasted twice", async () => {
    const [commands = ""] = blocks.map(({ code }) => code).filter((code) => code.includes("/assign"));
    const statuses = async () => {
      const lines = (await paste(commands)).trimEnd().split("\n");
      expect(lines).toHaveLength(7);
      return lines.map((line) => z.object({ code: z.string().optional() }).parse(JSON.parse(line)).code);
    };
    expect(await statuses()).toEqual(Array(7).fill(undefined));
    const again = ["already_exists", undefined, "already_exists", "transition_not_allowed"];
    expect(await statuses()).toEqual([...again, ...Array(3).fill(undefined)]);
    await untilItWorks(
      async () => expect(await results()).toMatchObject({ units: 1, events: 1 }),
      PATIENCE_MILLISECONDS,
    );
  });
});

it("the commands of docs/clients.md are answered", async () => {
  const shell = blocksOf("docs/clients.md").filter(({ language }) => language === "sh");
  const commands = shell.map(({ code }) => code).filter((code) => !code.startsWith("npm install"));
  const answers = (await paste(commands.join("\n"))).trim().split("\n");
  expect(answers.map((answer) => JSON.parse(answer))).toMatchObject([
    { experiment: "larger-model", variant: "large" },
    // The README's event has the same id and unit.
    { accepted: 0, duplicates: 1, rejected: [] },
    { rejected: [] },
  ]);
});

const FALLBACK = { model: "small-model" };

function snippets() {
  const values = {
    url: `http://localhost:${server.ports.port}/api`,
    key: null,
    config: "support-answer",
    fallback: FALLBACK,
  };
  return {
    "typescript.ts": typeScriptSnippet(values),
    "open-feature.ts": openFeatureSnippet(values),
    "ai-sdk.ts": aiSdkSnippet(values),
    "curl.sh": curlSnippet(values),
  };
}

it("the dashboard's curl command exposes nobody, and its function logs an outcome", async () => {
  const before = await results();
  const environment = { ...process.env, BAKEOFF_KEY: keys.server };
  const said = await paste(snippets()["curl.sh"], environment);
  expect(assignmentReplySchema.parse(JSON.parse(said)).experiment).toBe("larger-model");
  expect(await results()).toEqual({ ...before, takenAt: expect.any(Number) });
  const assigned = await admin.call(assignOne, {
    body: { config: "support-answer", unit: "somebody", expose: false },
  });
  const call = `log_outcome answer-2 larger-model ${assigned.variant} somebody 1`;
  const logged =
    (await paste(`${snippets()["curl.sh"]}\n${call}`, environment)).trim().split("\n").at(-1) ?? "";
  expect(JSON.parse(logged)).toMatchObject({ accepted: 1, rejected: [] });
});

describe.each(versions)("on Node $major", (version: NodeVersion) => {
  let project: string;
  const unit = `node-${version.major}`;

  const environment = (scope: "server" | "client" = "server") => ({
    ...version.environment,
    BAKEOFF_URL: server.api,
    BAKEOFF_KEY: keys[scope],
    OPENAI_BASE_URL: provider.url,
    OPENAI_API_KEY: "stub",
  });

  beforeAll(async () => {
    project = join(folder, unit);
    await mkdir(project);
    const [install = ""] = blocksOf("README.md")
      .map(({ code }) => code)
      .filter((code) => code.startsWith("npm install"));
    await paste(`cd ${project} && npm_config_audit=false ${install}`, version.environment);
    for (const name of LINKED) {
      const link = join(project, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(REPOSITORY, "node_modules", name), link);
    }
    const openai = join(project, "node_modules/@ai-sdk/openai");
    await mkdir(openai);
    await writeFile(
      join(openai, "package.json"),
      '{"name":"@ai-sdk/openai","type":"module","exports":"./index.js"}',
    );
    await writeFile(join(openai, "index.js"), OPENAI_PROVIDER);
  });

  it("npm installs the package, with the integrity that the installation tells", async () => {
    const lock = JSON.parse(await readFile(join(project, "package-lock.json"), "utf8"));
    const told = await admin.call(getClientPackage);
    expect(lock.packages["node_modules/bakeoff-sdk"]).toMatchObject({
      resolved: `${server.api}/bakeoff-sdk.tgz`,
      integrity: told.integrity,
    });
  });

  it("every program of README, docs, the client's page and the dashboard runs as it was pasted", async () => {
    const { "curl.sh": _, ...dashboard } = snippets();
    const pages = ["README.md", "docs/clients.md", "sdk/README.md"];
    const files = [
      ...pages.flatMap((page) => filesOf(blocksOf(page), page.replaceAll(/\W/g, "-"))),
      ...Object.entries(dashboard).map(([name, code]) => ({ name, code })),
    ];
    const paths: string[] = [];
    for (const { name, code } of files) {
      paths.push(await writeProgram(project, name, withReplacements(code, replacements), version.major));
    }
    const driver = join(project, "pasted-programs.mjs");
    await copyFile(join(REPOSITORY, "test/fixtures/pasted-programs.mjs"), driver);
    const before = await results();
    const child = spawn(version.path, [driver, unit, ...paths], { cwd: project, env: environment() });
    try {
      const ended = once(child, "exit");
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
      await untilItWorks(async () => {
        if (child.exitCode !== null) return;
        expect(said).toContain("done");
      }, PATIENCE_MILLISECONDS);
      expect(child.exitCode, said).toBe(null);
      const expected = { units: before.units + 4, events: before.events + 19, multipleExposureUnits: 0 };
      await untilItWorks(async () => expect(await results()).toMatchObject(expected), PATIENCE_MILLISECONDS);
      child.stdin.end();
      await ended;
    } finally {
      child.kill("SIGKILL");
    }
  });
});

it("npm ci warns of nothing on the oldest Node that the README names", async () => {
  const [oldest] = versions.filter(({ major }) => major > 20);
  const named = /^Node (\d+\.\d+) or newer/m.exec(await readFile(join(REPOSITORY, "README.md"), "utf8"))?.[1];
  if (oldest?.major === 22) {
    expect((await run(oldest.path, ["--version"])).stdout).toContain(`v${named}.`);
  }
  const project = await temporaryFolder("install");
  for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
    await copyFile(join(REPOSITORY, file), join(project, file));
  }
  const { stderr } = await run("npm", ["ci", "--dry-run"], { cwd: project, env: { ...oldest?.environment } });
  expect(stderr).toBe("");
});

describe("the examples", () => {
  const [commands = ""] = blocksOf("examples/README.md").map(({ code }) => code);

  /** Copies an example into the project of a version, which has what it needs. */
  async function runExample(name: keyof typeof EXAMPLES, { major, path }: NodeVersion, key: string) {
    const project = join(folder, `node-${major}`);
    const source = join(REPOSITORY, "examples", name);
    const own = join(project, name);
    await mkdir(own, { recursive: true });
    await writeFile(join(own, "package.json"), '{"type":"module"}');
    let program = "";
    for (const file of (await readdir(source)).filter((entry) => entry.endsWith(".ts"))) {
      const written = await writeProgram(own, file, await readFile(join(source, file), "utf8"), major);
      if (file === "main.ts") program = written;
    }
    const environment = {
      PATH: process.env.PATH,
      BAKEOFF_URL: server.api,
      BAKEOFF_KEY: key,
      BAKEOFF_SERVER_KEY: keys.server,
      OPENAI_BASE_URL: provider.url,
      OPENAI_API_KEY: "stub",
      USERS: "2",
    };
    return run(path, [program], { cwd: own, env: environment }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (cause: unknown) => z.object({ code: z.number(), stdout: z.string(), stderr: z.string() }).parse(cause),
    );
  }

  it("are set up by commands that may be pasted twice, in words of their own", async () => {
    for (const _ of [1, 2]) {
      const last = (await paste(commands)).trim().split("\n").at(-1) ?? "";
      expect(z.object({ secret: z.string() }).safeParse(JSON.parse(last)).success).toBe(true);
    }
  });

  // On Node 24 each is run, and what it logged counted, by test/e2e/clients/examples.test.ts.
  describe.each(versions.filter(({ major }) => major < 24))("on Node $major", (version: NodeVersion) => {
    it.each(Object.entries(EXAMPLES))("%s runs without a complaint", async (name, scope) => {
      const { code, stdout, stderr } = await runExample(exampleNamed(name), version, keys[scope]);
      expect([code, stderr.replaceAll(/^.*(ExperimentalWarning|trace-warnings).*\n/gm, "")]).toEqual([0, ""]);
      expect(stdout).toMatch(/, 0 were dropped|2 of 2 users/);
    });
  });

  it.each(Object.keys(EXAMPLES))("%s shows the server's words when the key is wrong", async (name) => {
    const [version] = versions.slice(-1);
    if (!version) throw new Error("there is no Node");
    const { stdout, stderr } = await runExample(exampleNamed(name), version, "bk_server_wrong");
    expect(stdout + stderr).toMatch(/is not known, or it has been revoked|unknown_key|unauthorized/i);
  });
});
