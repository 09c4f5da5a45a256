import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeDemoFolder } from "#demo/run/demo-folder.ts";

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "bakeoff-demo-folder-"));
  folder = join(parent, "demo");
});
afterEach(() => rm(parent, { recursive: true, force: true }));

it("makes a folder that is not there, and uses one that is empty", async () => {
  await makeDemoFolder(folder);
  expect(await readdir(folder)).toEqual([".bakeoff-demo"]);
  const empty = join(parent, "empty");
  await mkdir(empty);
  await makeDemoFolder(empty);
  expect(await readdir(empty)).toEqual([".bakeoff-demo"]);
});

it("deletes what an earlier demo has left", async () => {
  await makeDemoFolder(folder);
  await mkdir(join(folder, "v3/d1"), { recursive: true });
  await writeFile(join(folder, "v3/d1/database"), "old");
  await makeDemoFolder(folder);
  expect(await readdir(folder)).toEqual([".bakeoff-demo"]);
});

it("never touches a folder that no demo has made", async () => {
  await mkdir(folder);
  await writeFile(join(folder, "thesis.txt"), "years of work");
  await expect(makeDemoFolder(folder)).rejects.toThrow(folder);
  expect(await readdir(folder)).toEqual(["thesis.txt"]);
  expect(await readFile(join(folder, "thesis.txt"), "utf8")).toBe("years of work");
});
