import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createClient } from "#contract/client.ts";
import { endpoint } from "#contract/endpoint.ts";
import { readingProgressSchema } from "#contract/reading-progress.ts";

const common = {
  method: "GET",
  path: "/v1/things",
  scope: "read",
  tag: "Things",
  summary: "Things",
} as const;
const reply = z.strictObject({ things: z.int() });
const slow = endpoint({ ...common, pending: readingProgressSchema, reply });

const progress = (share: number, retryAfter = "0.01") =>
  Response.json(
    { state: "running", progress: share },
    { status: 202, headers: { "retry-after": retryAfter } },
  );

/** A client whose requests get these answers, one after the other. */
function clientOf(...answers: Response[]) {
  return createClient(() => Promise.resolve(answers.shift() ?? Response.error()));
}

describe("a call whose answer takes long", () => {
  it("is sent again until the answer is ready, and tells how far it is", async () => {
    const told: number[] = [];
    const client = clientOf(progress(0.2), progress(0.7), Response.json({ things: 3 }));
    expect(await client.call(slow, { onProgress: (share) => told.push(share) })).toEqual({ things: 3 });
    expect(told).toEqual([0.2, 0.7]);
  });

  it("is given up when nobody waits for it any more", async () => {
    const controller = new AbortController();
    const call = clientOf(progress(0.2, "3600")).call(slow, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("the page is gone")),
    });
    await expect(call).rejects.toThrow("the page is gone");
  });

  it("fails where it is refused meanwhile, and where the progress is none", async () => {
    const refused = clientOf(progress(0.2), new Response("", { status: 503 }));
    await expect(refused.call(slow)).rejects.toMatchObject({ status: 503 });
    const odd = clientOf(Response.json({ progress: 2 }, { status: 202 }));
    await expect(odd.call(slow)).rejects.toMatchObject({ code: "unexpected_answer" });
  });

  it("is taken as it is by endpoints that are never pending", async () => {
    const accepting = endpoint({ ...common, status: 202, reply });
    const answer = Response.json({ things: 1 }, { status: 202 });
    expect(await clientOf(answer).call(accepting)).toEqual({ things: 1 });
  });
});
