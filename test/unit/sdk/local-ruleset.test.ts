import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BakeoffOptions } from "#sdk/index.ts";
import { hang } from "#test/support/fake-worker.ts";
import { RulesetServer } from "#test/support/ruleset-server.ts";
import { rulesetDocument } from "#tools/builders/ruleset-builder.ts";

let server: RulesetServer;
const fallback = { model: "fallback" };

beforeEach(() => {
  vi.useFakeTimers();
  server = new RulesetServer();
});
afterEach(() => vi.useRealTimers());

const client = (options: Partial<BakeoffOptions> = {}) => server.client({ mode: "local", ...options });

describe("waiting for the first ruleset", () => {
  it("tries again until the server answers", async () => {
    server.behavior = () => new Response("", { status: 503 });
    const isReady = client().ready(10_000);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(server.fetches).toBe(3);
    server.serve();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await isReady).toBe(true);
  });

  it.each([
    ["hangs", hang],
    ["fails", () => new Response("", { status: 503 })],
    ["says that nothing has changed", () => new Response(null, { status: 304 })],
  ])("gives up after its time while the server %s", async (_, behavior) => {
    server.behavior = behavior;
    const isReady = client().ready(3_000);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await isReady).toBe(false);
    expect(server.fetches).toBeLessThanOrEqual(3);
    await vi.advanceTimersByTimeAsync(20_000);
  });
});

describe("the ruleset", () => {
  async function ask(bakeoff: ReturnType<typeof client>) {
    const answer = await bakeoff.assign("answer", { unit: "u", fallback });
    await vi.advanceTimersByTimeAsync(0);
    return answer;
  }

  it("is renewed behind the answer once it is older than it should be, without a body when nothing changed", async () => {
    const bakeoff = client({ refreshMs: 1_000 });
    await ask(bakeoff);
    vi.setSystemTime(Date.now() + 999);
    await ask(bakeoff);
    expect(server.fetches).toBe(1);
    vi.setSystemTime(Date.now() + 1);
    await ask(bakeoff);
    expect(server.fetches).toBe(2);
    expect(server.at("/v1/ruleset")[1]?.init.headers["if-none-match"]).toBe('"1"');
    server.ruleset = { ...rulesetDocument(), version: 2 };
    vi.setSystemTime(Date.now() + 1_000);
    expect((await ask(bakeoff)).reason).toBe("SPLIT");
    expect((await ask(bakeoff)).reason).toBe("STATIC");
  });

  it("is renewed before the answer when nobody has asked for long", async () => {
    const bakeoff = client({ refreshMs: 1_000 });
    await ask(bakeoff);
    server.ruleset = { ...rulesetDocument(), version: 2 };
    vi.setSystemTime(Date.now() + 6_000);
    expect((await ask(bakeoff)).reason).toBe("STATIC");
  });

  it.each([
    ["fails", () => new Response("", { status: 500 })],
    ["answers garbage", () => new Response("<html>")],
    ["answers other JSON", () => Response.json({ configs: "none" })],
    [
      "answers a ruleset that is damaged",
      () => Response.json({ version: 2, configs: [{}], experiments: [1] }),
    ],
  ])("that was last known keeps serving while the server %s", async (_, behavior) => {
    const bakeoff = client({ refreshMs: 1_000 });
    await ask(bakeoff);
    server.behavior = behavior;
    for (let minute = 0; minute < 5; minute++) {
      vi.setSystemTime(Date.now() + 60_000);
      expect((await ask(bakeoff)).reason).toBe("SPLIT");
    }
    server.serve();
    server.ruleset = { ...rulesetDocument(), version: 2 };
    vi.setSystemTime(Date.now() + 60_000);
    expect((await ask(bakeoff)).reason).toBe("STATIC");
  });

  it("that was last known serves after the timeout when the server hangs", async () => {
    const bakeoff = client({ refreshMs: 1_000, timeoutMs: 100 });
    await ask(bakeoff);
    server.behavior = hang;
    vi.setSystemTime(Date.now() + 60_000);
    const [answer] = await Promise.all([
      bakeoff.assign("answer", { unit: "u", fallback }),
      vi.advanceTimersByTimeAsync(100),
    ]);
    expect(answer.reason).toBe("SPLIT");
    await vi.advanceTimersByTimeAsync(20_000);
  });

  it("that never came leads to the fallback: within the timeout first, then at once for a second", async () => {
    server.behavior = () => new Response("", { status: 503 });
    const bakeoff = client();
    expect((await ask(bakeoff)).error?.code).toBe("http_503");
    for (let call = 0; call < 10; call++) await ask(bakeoff);
    expect(server.fetches).toBe(1);
    server.serve();
    vi.setSystemTime(Date.now() + 1_000);
    expect((await ask(bakeoff)).reason).toBe("SPLIT");
  });

  it("is renewed anew when a renewal has died with the request that it began in", async () => {
    const bakeoff = client({ requestTimeoutMs: 1_000, timeoutMs: 50 });
    server.behavior = () => new Promise(() => {});
    const setTimeout = globalThis.setTimeout;
    vi.stubGlobal("setTimeout", () => 0);
    void bakeoff.assign("answer", { unit: "u", fallback });
    vi.stubGlobal("setTimeout", setTimeout);
    server.serve();
    vi.setSystemTime(Date.now() + 2_001);
    expect((await ask(bakeoff)).reason).toBe("SPLIT");
    vi.unstubAllGlobals();
  });
});
