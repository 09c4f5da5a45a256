import type { z } from "zod";
import { problemSchema } from "#contract/problem.ts";

/** Bakeoff's HTTP API under one key. Every reply is checked against its schema. */
export class ApiClient {
  readonly #base: string;
  readonly #secret: string;

  constructor(base: string, secret: string) {
    this.#base = base;
    this.#secret = secret;
  }

  get<Schema extends z.ZodType>(path: string, reply: Schema): Promise<z.output<Schema>> {
    return this.#send(path, { method: "GET" }, reply);
  }

  post<Schema extends z.ZodType>(path: string, body: unknown, reply: Schema): Promise<z.output<Schema>> {
    return this.#send(path, { method: "POST", body: JSON.stringify(body) }, reply);
  }

  put<Schema extends z.ZodType>(path: string, body: unknown, reply: Schema): Promise<z.output<Schema>> {
    return this.#send(path, { method: "PUT", body: JSON.stringify(body) }, reply);
  }

  delete<Schema extends z.ZodType>(path: string, reply: Schema): Promise<z.output<Schema>> {
    return this.#send(path, { method: "DELETE" }, reply);
  }

  async #send<Schema extends z.ZodType>(
    path: string,
    request: RequestInit,
    reply: Schema,
  ): Promise<z.output<Schema>> {
    const headers = { authorization: `Bearer ${this.#secret}`, "content-type": "application/json" };
    const response = await fetch(`${this.#base}${path}`, { ...request, headers });
    const body: unknown = await response.json();
    if (response.ok) return reply.parse(body);
    const { code, detail, errors = [] } = problemSchema.parse(body);
    const faults = errors.map((fault) => `\n  ${fault.path} ${fault.message}`);
    throw new Error(`${request.method} ${path} was refused (${code}): ${detail}${faults.join("")}`);
  }
}
