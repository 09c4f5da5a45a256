import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import {
  asJson,
  JSON_TYPE,
  PROTOBUF_TYPE,
  readJson,
  type Sent,
  spansOf,
  TRACES,
  telemetrySender,
} from "#test/support/telemetry-sender.ts";
import worker from "../../../src/limited.ts";

const MEBIBYTE = 1_048_576;

const { requestOf, send } = telemetrySender();

describe("what is no OTLP", () => {
  const bomb = gzipSync(new Uint8Array(64 * MEBIBYTE));
  const gzip = { "content-encoding": "gzip" };
  const bad: [string, Sent, number][] = [
    ["no JSON", { body: "{not json" }, 400],
    ["JSON that is no UTF-8", { body: new Uint8Array([0x22, 0xff, 0x22]) }, 400],
    ["JSON of another shape", { body: "[]" }, 400],
    ["no protobuf", { body: new Uint8Array([10, 200, 1]), contentType: PROTOBUF_TYPE }, 400],
    ["text", { body: "hello", contentType: "text/plain" }, 415],
    ["of a type that every object knows", { body: "{}", contentType: "constructor" }, 415],
    ["no type", { body: new Uint8Array([1]), contentType: "" }, 415],
    ["another packing", { body: "{}", headers: { "content-encoding": "br" } }, 415],
    ["gzip that is none", { body: "{}", headers: gzip }, 400],
    [
      "gzip cut off",
      {
        body: gzipSync(JSON.stringify({ resourceSpans: [] }))
          .subarray(0, 20)
          .slice(),
        headers: gzip,
      },
      400,
    ],
    ["more than 4 MiB", { body: `{"a":"${"x".repeat(4 * MEBIBYTE)}"}` }, 413],
    ["64 MiB packed into 64 KiB", { body: bomb, headers: gzip }, 413],
    ["the same as protobuf", { body: bomb, headers: gzip, contentType: PROTOBUF_TYPE }, 413],
  ];

  it.each(bad)("is refused when it is %s, as a google.rpc.Status", async (_name, sent, status) => {
    const answer = await send(sent);
    expect(answer.status).toBe(status);
    if (sent.contentType === PROTOBUF_TYPE) {
      expect(answer.contentType).toBe(PROTOBUF_TYPE);
      expect(answer.bytes[0]).toBe(0x12);
    } else {
      expect(answer.contentType).toBe(JSON_TYPE);
      expect(readJson(answer)).toEqual({ message: expect.stringMatching(/./) });
    }
  });

  it("is told apart from an empty request, which is fine", async () => {
    expect(readJson(await send({ body: "{}" }))).toEqual({});
    const answer = await send({ body: new Uint8Array(), contentType: PROTOBUF_TYPE });
    expect(answer).toMatchObject({ status: 200, contentType: PROTOBUF_TYPE });
  });

  it.each([
    ["no key", {}, 401],
    ["an unknown key", { authorization: "Bearer bk_client_wrong" }, 401],
  ])("is refused with %s, as a google.rpc.Status too", async (_name, headers, status) => {
    const response = await exports.default.fetch(`https://bakeoff.test${TRACES}`, {
      method: "POST",
      headers: { "content-type": JSON_TYPE, ...headers },
      body: "{}",
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message: expect.any(String) });
  });

  it("does not serve those who may only read", async () => {
    const reader = await succeed("POST", "/v1/keys", { name: "reader", scope: "read" });
    const answer = await send({ body: "{}", headers: { authorization: `Bearer ${reader.secret}` } });
    expect(answer.status).toBe(403);
  });
});

describe("a fault on the way to the ledger", () => {
  it("asks the sender to send again, in a status that senders act on", async () => {
    const { key } = await createExperiment();
    const complaint = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const getByName = () => {
      throw new Error("no ledger today");
    };
    const execution = createExecutionContext();
    const request = requestOf({ body: asJson(spansOf(key, 1)).slice() });
    const broken = Object.assign(Object.create(env.AGGREGATOR), { getByName });
    const response = await worker.fetch(request, { ...env, AGGREGATOR: broken }, execution);
    await waitOnExecutionContext(execution);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).not.toBeNull();
    expect(JSON.stringify(await response.json())).not.toContain("ledger");
    expect(complaint).toHaveBeenCalled();
    complaint.mockRestore();
  });
});
