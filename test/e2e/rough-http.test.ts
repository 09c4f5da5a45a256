import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { ADMIN_KEY, TestServer } from "#test/e2e/support/server.ts";

/** A reply that has not begun by then is none. */
const PATIENCE_MILLISECONDS = 10_000;

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
});

interface RawReply {
  status: number | undefined;
  contentType: string | undefined;
  text: string;
}

/** Sends bytes as they are and then nothing more, and waits for the reply or the end of the connection. */
function sendRaw(
  port: number,
  parts: readonly (string | Uint8Array)[],
  then: "end" | "wait",
): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    const finish = (): void => {
      socket.destroy();
      const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(text) ?? [];
      const [, contentType] = /^content-type: ([^\r\n]+)/im.exec(text) ?? [];
      resolve({ status: status === undefined ? undefined : Number(status), contentType, text });
    };
    socket.setTimeout(PATIENCE_MILLISECONDS, () => {
      socket.destroy();
      reject(new Error(`no reply within ${PATIENCE_MILLISECONDS} milliseconds: '${text}'`));
    });
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      const length = /^content-length: (\d+)/im.exec(text)?.[1];
      const [head, body] = text.split("\r\n\r\n", 2);
      if (head !== undefined && body !== undefined && body.length >= Number(length ?? 0)) finish();
    });
    // A connection that the server closes or resets is an answer too.
    socket.on("error", finish);
    socket.on("close", finish);
    for (const part of parts) socket.write(part);
    if (then === "end") socket.end();
  });
}

/** The ports of the Worker and of the dashboard, which hands `/api` on to it. */
const targets = (): readonly (readonly [number, string])[] => [
  [Number(new URL(server.api).port), ""],
  [Number(new URL(server.dashboard).port), "/api"],
];

const PACKED = gzipSync("[]".repeat(1_000));
const EVENTS = "POST /v1/events";
const CONFIGS = "GET /v1/configs";

/** A request's first line, its headers, its body, and whether it ends with it; and what may be answered. */
const REQUESTS: readonly {
  name: string;
  line: string;
  headers?: readonly string[];
  body?: string | Uint8Array;
  end?: true;
  statuses: readonly (number | undefined)[];
}[] = [
  {
    name: "HEAD with a body",
    line: "HEAD /v1/configs",
    headers: ["content-length: 5"],
    body: "hello",
    statuses: [200],
  },
  { name: "GET with a body", line: CONFIGS, headers: ["content-length: 5"], body: "hello", statuses: [200] },
  {
    name: "HEAD where nothing can be read",
    line: "HEAD /v1/events",
    headers: ["content-length: 2"],
    body: "{}",
    statuses: [405],
  },
  { name: "TRACE", line: "TRACE /v1/configs", statuses: [405] },
  { name: "a method of other protocols", line: "PROPFIND /v1/configs", statuses: [405] },
  { name: "OPTIONS where browsers need none", line: "OPTIONS /v1/configs", statuses: [405] },
  {
    name: "a chunk without a length",
    line: EVENTS,
    headers: ["transfer-encoding: chunked"],
    body: "zz\r\n{}\r\n",
    statuses: [400, 422, undefined],
  },
  {
    name: "a chunk that is cut off",
    line: EVENTS,
    headers: ["transfer-encoding: chunked"],
    body: '5\r\n{"e',
    end: true,
    statuses: [400, undefined],
  },
  {
    name: "an upload that is given up",
    line: EVENTS,
    headers: ["content-length: 50"],
    body: '{"e',
    end: true,
    statuses: [400, undefined],
  },
  { name: "a negative length", line: EVENTS, headers: ["content-length: -5"], body: "{}", statuses: [400] },
  {
    name: "a length that is no number",
    line: EVENTS,
    headers: ["content-length: abc"],
    body: "{}",
    statuses: [400],
  },
  {
    name: "two lengths",
    line: EVENTS,
    headers: ["content-length: 2", "content-length: 3"],
    body: "{}",
    statuses: [400],
  },
  {
    name: "a length and chunks",
    line: EVENTS,
    headers: ["content-length: 2", "transfer-encoding: chunked"],
    body: "2\r\n{}\r\n0\r\n\r\n",
    statuses: [400, 422],
  },
  {
    name: "a length that is too short",
    line: EVENTS,
    headers: ["content-length: 1"],
    body: "{}",
    statuses: [400],
  },
  {
    name: "a length beyond all limits",
    line: EVENTS,
    headers: ["content-length: 99999999999"],
    body: "{}",
    statuses: [413],
  },
  { name: "an address with a broken percent sign", line: "GET /v1/configs/%zz", statuses: [404] },
  { name: "an address that is no UTF-8", line: "GET /v1/configs/%ff%fe", statuses: [404] },
  { name: "an address with a zero byte", line: "GET /v1/configs/a%00b", statuses: [404] },
  { name: "a query with broken percent signs", line: "GET /v1/audit?subject=%zz%ff&%=%", statuses: [422] },
  { name: "an address of 60,000 characters", line: `GET /v1/configs/${"a".repeat(60_000)}`, statuses: [404] },
  {
    name: "a query of 100,000 characters",
    line: `GET /v1/audit?subject=${"a".repeat(100_000)}`,
    statuses: [414],
  },
  {
    name: "a header of 100,000 characters",
    line: CONFIGS,
    headers: [`x-long: ${"a".repeat(100_000)}`],
    statuses: [200, 431],
  },
  {
    name: "2,000 headers",
    line: CONFIGS,
    headers: Array.from({ length: 2_000 }, (_, index) => `x-${index}: a`),
    statuses: [200, 431],
  },
  {
    name: "gzip that is cut off",
    line: "POST /v1/otlp/v1/traces",
    headers: [
      "content-encoding: gzip",
      "content-type: application/json",
      `content-length: ${PACKED.length >> 1}`,
    ],
    body: PACKED.subarray(0, PACKED.length >> 1),
    statuses: [400],
  },
  {
    name: "gzip of a thousand times its size",
    line: "POST /v1/otlp/v1/traces",
    headers: [
      "content-encoding: gzip",
      "content-type: application/json",
      `content-length: ${gzipSync(Buffer.alloc(64 << 20)).length}`,
    ],
    body: gzipSync(Buffer.alloc(64 << 20)),
    statuses: [413],
  },
  {
    name: "gzip where none is taken",
    line: EVENTS,
    headers: ["content-encoding: gzip", `content-length: ${PACKED.length}`],
    body: PACKED,
    statuses: [415],
  },
  {
    name: "a wish to speak another protocol",
    line: CONFIGS,
    headers: ["upgrade: websocket", "connection: upgrade"],
    statuses: [200],
  },
];

describe("HTTP that no client should send", () => {
  it.each(REQUESTS.map((request) => [request.name, request] as const))(
    "is answered, and never by a fault of the server: %s",
    async (_, { line, headers = [], body = "", end, statuses }) => {
      for (const [port, prefix] of targets()) {
        const [method, path] = line.split(" ", 2);
        const head = [
          `${method} ${prefix}${path} HTTP/1.1`,
          "host: bakeoff.test",
          `authorization: Bearer ${ADMIN_KEY}`,
          ...headers,
        ].join("\r\n");
        const reply = await sendRaw(port, [`${head}\r\n\r\n`, body], end ? "end" : "wait");
        expect(statuses, reply.text.slice(0, 500)).toContain(reply.status);
        expect(reply.text).not.toMatch(/\n\s+at /);
        // What the runtime refuses by itself never reaches the Worker.
        const isOfWorker = /access-control|x-content-type-options/i.test(reply.text);
        if (isOfWorker && Number(reply.status) >= 400 && !path?.includes("otlp")) {
          expect(reply.contentType).toBe("application/problem+json");
        }
      }
    },
  );

  it("is refused where the header Host names no host", async () => {
    const [port] = targets()[0] ?? [0];
    for (const host of ["a b c", "bakeoff.test:99999"]) {
      const head = `GET /v1/configs HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${ADMIN_KEY}\r\n\r\n`;
      expect(await sendRaw(port, [head], "wait")).toMatchObject({
        status: 400,
        contentType: "application/problem+json",
      });
    }
  });

  it("says which methods an address takes", async () => {
    const response = await fetch(`${server.api}/v1/events`, { method: "DELETE" });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
    expect((await fetch(`${server.api}/healthz`, { method: "POST" })).headers.get("allow")).toBe("GET, HEAD");
  });

  it("leaves the server as it was", async () => {
    const response = await fetch(`${server.api}/v1/configs`, { headers: { "x-api-key": ADMIN_KEY } });
    expect(response.status).toBe(200);
  });

  it("finds no way to the local server's own addresses, which need no key", async () => {
    for (const origin of [server.api, server.dashboard]) {
      const response = await fetch(`${origin}/cdn-cgi/handler/scheduled`);
      expect(await response.text()).not.toBe("ok");
    }
  });
});
