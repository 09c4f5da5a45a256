import { describe, expect, it } from "vitest";
import { readBytes, readJson } from "#api/http/body.ts";

/** A request whose body is made as it is read. */
function requestOf(start: (controller: ReadableStreamDefaultController<Uint8Array>) => void, headers = {}) {
  const body = new ReadableStream<Uint8Array>({ start });
  return new Request("https://bakeoff.test", { method: "POST", body, headers });
}

const bytes = new TextEncoder().encode("{}");

describe("a body", () => {
  it("is given up as soon as it exceeds the limit, however much more there is", async () => {
    let taken = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        taken += 1;
        controller.enqueue(new Uint8Array(10));
      },
    });
    const request = new Request("https://bakeoff.test", { method: "POST", body });
    expect(await readBytes(request, 100)).toMatchObject({ ok: false, error: { code: "body_too_large" } });
    expect(taken).toBeLessThan(20);
  });

  it.each([
    ["in chunks", {}],
    ["of a length that was announced", { "content-length": "100" }],
  ])("that ends before it is complete is the client's fault: %s", async (_, headers) => {
    const request = requestOf((controller) => {
      controller.enqueue(bytes);
      controller.error(new Error("Network connection lost."));
    }, headers);
    expect(await readBytes(request, 1_000)).toMatchObject({
      ok: false,
      error: { code: "malformed_request" },
    });
  });

  it("that never ends is waited for no longer than allowed", async () => {
    const request = requestOf((controller) => controller.enqueue(bytes));
    expect(await readBytes(request, 1_000, 20)).toMatchObject({
      ok: false,
      error: { code: "request_timeout" },
    });
  });

  it("of JSON comes uncompressed", async () => {
    const request = requestOf((controller) => controller.close(), { "content-encoding": "gzip" });
    expect(await readJson(request)).toMatchObject({ ok: false, error: { code: "unsupported_media_type" } });
  });
});
