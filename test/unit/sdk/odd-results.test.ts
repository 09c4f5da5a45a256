import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Bakeoff } from "#sdk/index.ts";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";

let worker: FakeWorker;
let bakeoff: Bakeoff;
const asked = { unit: "u1", fallback: {} };

const unhandled: unknown[] = [];
const note = (cause: unknown) => void unhandled.push(cause);

beforeEach(() => {
  worker = new FakeWorker();
  bakeoff = worker.client();
  unhandled.length = 0;
  process.on("unhandledRejection", note);
});
afterEach(() => {
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

const usage = { input_tokens: 100, output_tokens: 50 };
const tokens = { error: 0, input_tokens: 100, output_tokens: 50 };

describe("a result that carries a stream", () => {
  it("and what was used is an answer, though nobody reads the stream", async () => {
    await bakeoff.run("c", asked, () => ({ usage, body: new Blob(["x"]).stream() }));
    expect((await onlyEventOf(worker, bakeoff)).metrics).toMatchObject(tokens);
  });

  it("which the app reads already is handed on as it is, and logged at once", async () => {
    const stream = new Blob(["x"]).stream();
    const reader = stream.getReader();
    const { result } = await bakeoff.run("c", asked, () => ({ body: stream }));
    expect(result.body).toBe(stream);
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("x");
    expect((await onlyEventOf(worker, bakeoff)).metrics).toMatchObject({ error: 0 });
  });
});

it.each([1, 5])(
  "a line of %d MB in a stream of events is handed on, and does not hide the usage after it",
  async (megabytes) => {
    const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
    const image = { type: "image", image: "x".repeat(megabytes * 1_000_000) };
    const text = `${data(image)}${data({ type: "response.completed", response: { usage } })}data: [DONE]\n\n`;
    // In pieces that end anywhere, as they come from a network.
    const pieces = Array.from({ length: Math.ceil(text.length / 65_000) }, (_, index) =>
      text.slice(index * 65_000, (index + 1) * 65_000),
    );
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
    const answer = new Response(body, { headers: { "content-type": "text/event-stream" } });
    const { result } = await bakeoff.run("c", asked, async () => answer);
    expect((await result.text()).length).toBe(text.length);
    expect((await onlyEventOf(worker, bakeoff)).metrics).toMatchObject(tokens);
  },
);
