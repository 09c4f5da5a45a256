import { expect, it } from "vitest";
import { FakeWorker, onlyEventOf } from "#test/support/fake-worker.ts";

it.each([400, 429, 500, 529])(
  "an answer of status %i is an error, though nobody reads its body",
  async (status) => {
    const worker = new FakeWorker();
    const bakeoff = worker.client();
    const refused = new Response('{"error":"overloaded"}', { status });
    const { result } = await bakeoff.run("c", { unit: "u1", fallback: {} }, async () => refused);
    expect(result).toBe(refused);
    const { metrics } = await onlyEventOf(worker, bakeoff);
    expect(metrics).toMatchObject({ error: 1, latency_ms: expect.any(Number) });
  },
);
