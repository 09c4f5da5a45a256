import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";
import type { ToldStory } from "./dashboard-fixtures.ts";

export const VALID_KEY = "bk_dashboard_test";

/** What the fake API answers with; tests change it while the browser looks. */
export interface FakeApi {
  stories: ToldStory[];
  /** Set to make every request fail with this status. */
  failure: number | undefined;
}

interface Answer {
  status: number;
  body: unknown;
}

const CONTENT_TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

function problem(status: number, code: string, detail: string): Answer {
  return { status, body: { type: "about:blank", title: code, status, code, detail } };
}

function answer(api: FakeApi, path: string, authorization: string | undefined): Answer {
  if (authorization !== `Bearer ${VALID_KEY}`) return problem(401, "unauthorised", "This key is not known.");
  if (api.failure !== undefined) return problem(api.failure, "internal_error", "Something went wrong.");
  const [, , resource, key, part] = path.split("/").map(decodeURIComponent);
  const missing = problem(404, "not_found", "There is no such resource.");
  if (resource === "audit") return { status: 200, body: { entries: [] } };
  if (resource === "configs") {
    const config = api.stories.find((story) => story.config.key === key)?.config;
    return config ? { status: 200, body: config } : missing;
  }
  if (resource !== "experiments") return missing;
  if (key === undefined) {
    return { status: 200, body: { experiments: api.stories.map(({ listItem }) => listItem) } };
  }
  const story = api.stories.find(({ experiment }) => experiment.spec.key === key);
  if (!story) return missing;
  if (part === undefined) return { status: 200, body: story.experiment };
  if (part === "decisions") return { status: 200, body: { decisions: story.decisions } };
  if (part === "results" && story.results) return { status: 200, body: story.results };
  return missing;
}

/** Reads the headers that Cloudflare Pages would send with every file. */
async function pagesHeaders(folder: string): Promise<[string, string][]> {
  const text = await readFile(join(folder, "_headers"), "utf8");
  const [, afterHeading = ""] = text.split(/^\/\*$/m);
  const [block = ""] = afterHeading.split(/^\//m);
  return block
    .split("\n")
    .filter((line) => line.startsWith("  "))
    .map((line) => {
      const [name = "", ...value] = line.trim().split(": ");
      return [name, value.join(": ")];
    });
}

async function readAsset(folder: string, path: string): Promise<{ content: Buffer; type: string }> {
  const name = normalize(path).replace(/^\/+/, "");
  const type = CONTENT_TYPES[extname(name)];
  if (type) {
    const content = await readFile(join(folder, name)).catch(() => undefined);
    if (content) return { content, type };
  }
  return { content: await readFile(join(folder, "index.html")), type: "text/html; charset=utf-8" };
}

/** Serves a built dashboard the way Pages does (its `_headers`, index.html for unknown paths) with a fake API. */
export async function serveDashboard(folder: string, api: FakeApi): Promise<{ server: Server; url: string }> {
  const headers = await pagesHeaders(folder);
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (path.startsWith("/api/")) {
      const { status, body } = answer(api, path.slice("/api".length), request.headers.authorization);
      response.writeHead(status, {
        "content-type": status === 200 ? "application/json" : "application/problem+json",
      });
      response.end(JSON.stringify(body));
      return;
    }
    const { content, type } = await readAsset(folder, path);
    for (const [name, value] of headers) response.setHeader(name, value);
    response.writeHead(200, { "content-type": type });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { server, url: `http://127.0.0.1:${address.port}` };
}
