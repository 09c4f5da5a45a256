import { expect } from "vitest";
import type { Answer } from "./api-client.ts";

/** Expects an answer to be a problem that tells nothing of what is inside. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({
    type: `urn:bakeoff:problem:${code}`,
    status,
    title: expect.any(String),
  });
  expect(JSON.stringify(answer.body)).not.toMatch(/SQLITE|D1_ERROR|drizzle|node_modules|\.ts:\d/i);
}
