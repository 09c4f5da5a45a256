import { env, exports } from "cloudflare:workers";
import { experimentExamples } from "#contract/examples.ts";
import { readingProgressSchema } from "#contract/reading-progress.ts";

/** The admin key of the Worker under test. */
export const ADMIN_KEY = env.BAKEOFF_ADMIN_KEY;

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes, each asserted on where it is read
  body: any;
}

/** Calls the Worker as a client would. */
export async function call(
  method: string,
  path: string,
  body?: unknown,
  options: { key?: string | null; raw?: string | Uint8Array<ArrayBuffer> } = {},
): Promise<Answer> {
  const { key = ADMIN_KEY, raw } = options;
  const headers = new Headers({ "content-type": "application/json" });
  if (key !== null) headers.set("authorization", `Bearer ${key}`);
  const response = await exports.default.fetch(`https://bakeoff.test${path}`, {
    method,
    headers,
    ...((raw !== undefined || body !== undefined) && { body: raw ?? JSON.stringify(body) }),
  });
  // Read as bytes: of a type that does not say `text/`, the runtime warns.
  const text = new TextDecoder().decode(await response.arrayBuffer());
  const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Calls the Worker and insists on success; what takes long is asked for again until it is ready. */
export async function succeed(
  method: string,
  path: string,
  body?: unknown,
  key?: string,
): Promise<Answer["body"]> {
  const answer = await call(method, path, body, key === undefined ? {} : { key });
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  if (answer.status === 202 && readingProgressSchema.safeParse(answer.body).success)
    return succeed(method, path, body, key);
  return answer.body;
}

let counter = 0;

/** A key that no other test of the file uses. */
export function uniqueKey(name: string): string {
  counter += 1;
  return `${name}-${counter}`;
}

/** An AI config with three versions, of which the first is live. */
export async function createConfig(key: string): Promise<void> {
  const value = (number: number) => ({
    model: `model-${number}`,
    system_prompt: `Answer in style ${number}.`,
    parameters: { temperature: number / 10 },
  });
  await succeed("POST", "/v1/configs", { key, value: value(1) });
  await succeed("POST", `/v1/configs/${key}/versions`, { value: value(2) });
  await succeed("POST", `/v1/configs/${key}/versions`, { value: value(3) });
}

/** An experiment of two arms on an AI config of its own, running unless said otherwise. */
export async function createExperiment(
  overrides: Record<string, unknown> = {},
  options: { start?: boolean } = {},
): Promise<{ key: string; config: string }> {
  const key = uniqueKey("experiment");
  const config = uniqueKey("config");
  await createConfig(config);
  await succeed("POST", "/v1/experiments", {
    ...experimentExamples.model,
    variants: [
      { key: "control", version: 1, weight: 0.5 },
      { key: "treatment", version: 2, weight: 0.5 },
    ],
    control: "control",
    metrics: [{ metric: "task_success", role: "primary" }],
    minimumUnits: 20,
    minimumDurationSeconds: 0,
    promotion: null,
    key,
    config,
    ...overrides,
  });
  if (options.start !== false) await succeed("POST", `/v1/experiments/${key}/start`);
  return { key, config };
}
