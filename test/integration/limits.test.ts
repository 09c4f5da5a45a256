import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { planFaults } from "../../src/limits/faults.ts";
import { asInvocation } from "../../src/limits/invocation.ts";
import { limitEnvironment } from "../../src/limits/limit-environment.ts";

const TOO_LARGE = "😀".repeat(500_001);
const database = limitEnvironment(env).DB;
const select = (parameters: number) => `SELECT ${Array.from({ length: parameters }, () => "?").join(", ")}`;

describe("Cloudflare's limits, in tests and local runs", () => {
  it("hold for D1: bytes of a value and a row, parameters, length of a statement", async () => {
    expect(() => database.prepare("SELECT ?").bind(TOO_LARGE)).toThrow("too big");
    expect(() => database.prepare(select(101)).bind(...Array<number>(101).fill(1))).toThrow(
      "too many SQL variables",
    );
    expect(() => database.prepare(`SELECT ${" ".repeat(100_000)}1`)).toThrow("statement too long");
    const half = "x".repeat(1_200_000);
    const insert = "INSERT INTO metric (key, definition) VALUES (?, ?)";
    expect(() => database.prepare(insert).bind(half, half)).toThrow("row too big");
    await expect(
      database.prepare("SELECT replace(hex(zeroblob(500001)), '00', '12345') AS text").first(),
    ).resolves.toBeDefined();
    await expect(database.prepare("SELECT hex(zeroblob(1000001)) AS text").all()).rejects.toThrow(
      "row too big",
    );
    expect(
      await database
        .prepare(select(100))
        .bind(...Array<number>(100).fill(1))
        .all(),
    ).toBeDefined();
  });

  it("hold for the queries and calls of one invocation, also in batches and sessions", async () => {
    const one = () => database.withSession().prepare("SELECT 1").first();
    await asInvocation(async () => {
      await database.batch(Array.from({ length: 998 }, () => database.prepare("SELECT 1")));
      await one();
      await one();
      await expect(one()).rejects.toThrow("too many queries");
    });
    await asInvocation(one);
  });

  it("hold for what a Durable Object stores", async () => {
    await runInDurableObject(env.AGGREGATOR.getByName("limits/0"), (_instance, { storage }) => {
      expect(() => storage.sql.exec("SELECT ?", TOO_LARGE)).toThrow("too big");
      expect(() => storage.sql.exec(select(101), ...Array<number>(101).fill(1))).toThrow(
        "too many SQL variables",
      );
      expect(() => storage.sql.exec("SELECT hex(zeroblob(1000001)) AS text").toArray()).toThrow(
        "row too big",
      );
      expect(storage.sql.exec("SELECT 1 AS one").one()).toEqual({ one: 1 });
    });
  });
});

describe("the faults of a database in a run of chaos", () => {
  const write = (key: string) =>
    database.prepare("INSERT INTO metric (key, definition) VALUES (?, '{}')").bind(key).run();
  const isWritten = async (key: string) =>
    (await env.DB.prepare("SELECT 1 FROM metric WHERE key = ?").bind(key).first()) !== null;

  it("are queries that fail, that are done and whose answer is lost, and writes to a full disk", async () => {
    planFaults({ refused: 1 });
    await expect(write("refused")).rejects.toThrow("overloaded");
    planFaults({ lost: 1 });
    await expect(write("lost")).rejects.toThrow("connection lost");
    planFaults({ isFull: true });
    await expect(write("full")).rejects.toThrow("full");
    expect(await database.prepare("SELECT 1 AS one").first()).toEqual({ one: 1 });
    planFaults({ database: "LOG", refused: 1 });
    await write("elsewhere");
    planFaults({});
    const found = await Promise.all(["refused", "lost", "full", "elsewhere"].map(isWritten));
    expect(found).toEqual([false, true, false, true]);
  });

  it("are not planned by requests unless the run binds what lets them", async () => {
    const { status } = await exports.default.fetch("https://bakeoff.test/chaos/faults", {
      method: "POST",
      body: JSON.stringify({ refused: 1 }),
    });
    expect(status).toBe(404);
    expect(await database.prepare("SELECT 1 AS one").first()).toEqual({ one: 1 });
  });
});
