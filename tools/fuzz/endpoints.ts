import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Endpoint } from "#contract/endpoint.ts";
import { inRepository } from "../local-server/repository.ts";

const endpointSchema = z.looseObject({
  method: z.string(),
  path: z.string(),
  scope: z.string(),
  tag: z.string(),
});

const isEndpoint = (value: unknown): value is Endpoint => endpointSchema.safeParse(value).success;

/** Every endpoint that a file of the contract exports. */
export async function findEndpoints(): Promise<Endpoint[]> {
  const folder = inRepository("src/contract");
  const files = (await readdir(folder)).filter((name) => name.endsWith(".ts")).toSorted();
  const modules = await Promise.all(files.map((name) => import(pathToFileURL(join(folder, name)).href)));
  return modules.flatMap((exported) => Object.values(Object(exported)).filter(isEndpoint));
}
