import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ADMIN_KEY, createExperiment, succeed } from "#test/support/api-client.ts";

function read(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  return exports.default.fetch(`https://bakeoff.test${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers },
  });
}

async function entityTagOf(path: string): Promise<string> {
  const response = await read(path);
  expect(response.status).toBe(200);
  await response.text();
  return response.headers.get("etag") ?? "none";
}

describe("reading again", () => {
  it("costs no body while nothing has changed, and a new one once it has", async () => {
    const { key } = await createExperiment({}, { start: false });
    const path = `/v1/experiments/${key}`;
    const etag = await entityTagOf(path);
    expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
    const unchanged = await read(path, { "if-none-match": etag });
    expect(unchanged.status).toBe(304);
    expect(await unchanged.text()).toBe("");
    expect(unchanged.headers.get("etag")).toBe(etag);
    expect(unchanged.headers.get("cache-control")).toBe("private, no-cache");

    await succeed("POST", `${path}/start`);
    const changed = await read(path, { "if-none-match": etag });
    expect(changed.status).toBe(200);
    expect(await changed.json()).toMatchObject({ status: "running" });
    expect(changed.headers.get("etag")).not.toBe(etag);
  });

  it("understands lists, strong spellings and the asterisk, and nothing that is merely alike", async () => {
    const etag = await entityTagOf("/v1/metrics");
    const opaque = etag.replace("W/", "");
    const statusFor = async (known: string) => (await read("/v1/metrics", { "if-none-match": known })).status;
    for (const known of [`"other", ${etag}`, opaque, `W/"other",${opaque}`, "*"]) {
      expect(await statusFor(known), known).toBe(304);
    }
    for (const known of ['"other"', opaque.slice(1, -1), opaque.replace('"', '"0'), ""]) {
      expect(await statusFor(known), known).toBe(200);
    }
  });

  it("is never shared between callers, and reports are revalidated like everything else", async () => {
    const { key } = await createExperiment();
    for (const path of ["/v1/metrics", "/v1/session", `/v1/experiments/${key}/report`]) {
      const { headers } = await read(path);
      expect(headers.get("vary"), path).toBe("authorization, x-api-key, cf-access-jwt-assertion");
      expect(headers.get("cache-control"), path).toBe("private, no-cache");
    }
  });

  it("does not apply to problems, nor to what is posted", async () => {
    const missing = await read("/v1/experiments/nothing", { "if-none-match": "*" });
    expect(missing.status).toBe(404);
    expect(missing.headers.get("cache-control")).toBe("no-store");
    expect(missing.headers.get("etag")).toBeNull();
    const { config } = await createExperiment();
    const assigned = await exports.default.fetch("https://bakeoff.test/v1/assign", {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_KEY}`, "if-none-match": "*" },
      body: JSON.stringify({ config, unit: "u" }),
    });
    expect(assigned.status).toBe(200);
    expect(assigned.headers.get("cache-control")).toBe("no-store");
    expect(assigned.headers.get("etag")).toBeNull();
  });
});

describe("HEAD", () => {
  it("answers as GET does, without the body", async () => {
    for (const path of ["/v1/metrics", "/healthz", "/v1/experiments/nothing", "/v1/nothing"]) {
      const [get, head] = await Promise.all([read(path), read(path, {}, "HEAD")]);
      expect(head.status, path).toBe(get.status);
      expect(Object.fromEntries(head.headers), path).toMatchObject(
        Object.fromEntries([...get.headers].filter(([name]) => name !== "content-length")),
      );
      expect(await head.text(), path).toBe("");
    }
  });

  it("is refused where there is nothing to read", async () => {
    expect((await read("/v1/assign", {}, "HEAD")).status).toBe(405);
  });
});

describe("answers", () => {
  it("are never taken for anything but what they say they are", async () => {
    for (const path of ["/v1/metrics", "/healthz", "/openapi.json", "/v1/nothing"]) {
      expect((await read(path)).headers.get("x-content-type-options"), path).toBe("nosniff");
    }
  });

  it("that are documents cannot run scripts with the rights of whoever opens them", async () => {
    const { key } = await createExperiment();
    const policy = (await read(`/v1/experiments/${key}/report`)).headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/; sandbox$/);
    expect(policy).not.toContain("script-src");
  });
});
