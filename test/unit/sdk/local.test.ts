import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BakeoffOptions, createBakeoff } from "../../../sdk/src/index.ts";
import { assign } from "../../../src/assigner/assign.ts";
import { prepareRuleset } from "../../../src/assigner/prepared-ruleset.ts";
import { FakeWorker, hang } from "../../support/fake-worker.ts";
import { rulesetDocument, rulesetExperiment } from "../../support/ruleset-builder.ts";

let worker: FakeWorker;
let ruleset = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5]));
const fallback = { model: "fallback" };

beforeEach(() => {
  vi.useFakeTimers();
  worker = new FakeWorker();
  ruleset = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5]));
  serve();
});
afterEach(() => vi.useRealTimers());

/** The Worker serves the ruleset, and nothing when the client has it already. */
function serve(): void {
  worker.behaviour = (received) => {
    if (received.path !== "/v1/ruleset") return worker.answer(received);
    const tag = `"${ruleset.version}"`;
    const isKnown = received.init.headers["if-none-match"] === tag;
    const headers = { etag: tag };
    return isKnown ? new Response(null, { status: 304, headers }) : Response.json(ruleset, { headers });
  };
}

function client(options: Partial<BakeoffOptions> = {}) {
  return createBakeoff({
    url: "https://bakeoff.test",
    key: "bk_x",
    mode: "local",
    fetch: worker.fetch,
    ...options,
  });
}

const units = Array.from({ length: 1_000 }, (_, index) => `user-${index}`);
const fetches = () => worker.at("/v1/ruleset").length;

describe("assigning in process", () => {
  it("gives every unit exactly what the Worker's own code gives it, after one request", async () => {
    const bakeoff = client();
    const prepared = prepareRuleset(ruleset);
    const answers = await Promise.all(units.map((unit) => bakeoff.assign("answer", { unit, fallback })));
    for (const [index, unit] of units.entries()) {
      const result = assign(prepared, "answer", unit);
      expect(answers[index]).toEqual(result.ok && result.assignment);
    }
    expect(fetches()).toBe(1);
    expect(worker.at("/v1/assign")).toEqual([]);
  });

  it("reads attributes for targeting", async () => {
    ruleset = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5], { condition: { plan: "pro" } }));
    const bakeoff = client();
    const targeted = await bakeoff.assign("answer", { unit: "u", fallback, attributes: { plan: "pro" } });
    const other = await bakeoff.assign("answer", { unit: "u", fallback, attributes: { plan: "free" } });
    expect([targeted.reason, other.reason]).toEqual(["TARGETING_MATCH", "DEFAULT"]);
  });

  it("reports every unit once per experiment, variant and period, with its covariates", async () => {
    const bakeoff = client();
    const ask = { unit: "u", fallback, covariates: { latency_ms: 900 } };
    const { variant } = await bakeoff.assign("answer", ask);
    for (let index = 0; index < 5; index++) await bakeoff.assign("answer", ask);
    await bakeoff.assign("answer", { unit: "v", fallback });
    await bakeoff.flush();
    const exposures = worker.at("/v1/exposures").flatMap(({ body }) => body.exposures);
    expect(exposures).toEqual([
      { experiment: "shorter", unit: "u", variant, period: 0, covariates: { latency_ms: 900 } },
      { experiment: "shorter", unit: "v", variant: expect.any(String), period: 0 },
    ]);
  });

  it("reports nobody who is in no experiment", async () => {
    ruleset = rulesetDocument();
    const bakeoff = client();
    expect((await bakeoff.assign("answer", { unit: "u", fallback })).reason).toBe("STATIC");
    expect(bakeoff.stats.queued).toBe(0);
  });

  it("answers the fallback and why when an AI config is unknown", async () => {
    const answer = await client().assign("unknown", { unit: "u", fallback });
    expect(answer).toMatchObject({ value: fallback, reason: "ERROR", error: { code: "config_not_found" } });
  });

  it("starts with a ruleset that it is given, without asking anybody", async () => {
    const bakeoff = client({ ruleset, refreshMs: Number.POSITIVE_INFINITY });
    const answers = await Promise.all(units.map((unit) => bakeoff.assign("answer", { unit, fallback })));
    expect(answers.every(({ reason }) => reason === "SPLIT")).toBe(true);
    expect(fetches()).toBe(0);
  });
});

describe("assigning at once", () => {
  const now = (bakeoff: ReturnType<typeof client>, unit = "u") =>
    bakeoff.assignNow("answer", { unit, fallback });

  it("answers what waiting for it answers, and reports the same exposures", async () => {
    const bakeoff = client({ refreshMs: Number.POSITIVE_INFINITY });
    expect(await bakeoff.ready()).toBe(true);
    for (const unit of units) {
      expect(now(bakeoff, unit)).toBe(await bakeoff.assign("answer", { unit, fallback }));
    }
    await bakeoff.flush();
    expect(bakeoff.stats.delivered).toBe(units.length);
    expect(fetches()).toBe(1);
  });

  it("answers the fallback and why until the first ruleset is there, which it sends for", async () => {
    const bakeoff = client();
    expect(now(bakeoff)).toMatchObject({ value: fallback, reason: "ERROR", error: { code: "no_ruleset" } });
    await bakeoff.ready();
    expect(now(bakeoff).reason).toBe("SPLIT");
    expect(fetches()).toBe(1);
  });

  it("answers the fallback in remote mode, which is never ready", async () => {
    const bakeoff = client({ mode: "remote" });
    expect(await bakeoff.ready()).toBe(false);
    expect(now(bakeoff)).toMatchObject({ value: fallback, error: { code: "not_local" } });
    expect(worker.received).toEqual([]);
  });

  it.each([
    ["", "answer", "invalid_unit"],
    ["u", "unknown", "config_not_found"],
  ])("never throws: unit %j, AI config %s", async (unit, config, code) => {
    const bakeoff = client();
    await bakeoff.ready();
    expect(bakeoff.assignNow(config, { unit, fallback })).toMatchObject({ value: fallback, error: { code } });
  });

  it("reads attributes, and reports covariates", async () => {
    ruleset = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5], { condition: { plan: "pro" } }));
    const bakeoff = client();
    await bakeoff.ready();
    const covariates = { latency_ms: 900 };
    const asked = { unit: "u", fallback, covariates, attributes: { plan: "pro" } };
    expect(bakeoff.assignNow("answer", asked).reason).toBe("TARGETING_MATCH");
    await bakeoff.flush();
    expect(worker.at("/v1/exposures")[0]?.body.exposures).toMatchObject([{ unit: "u", covariates }]);
  });

  it("goes on with the old ruleset while a renewal is under way, however old it is", async () => {
    const bakeoff = client({ refreshMs: 1_000 });
    await bakeoff.ready();
    expect(now(bakeoff).reason).toBe("SPLIT");
    await vi.advanceTimersByTimeAsync(0);
    ruleset = { ...rulesetDocument(), version: 2 };
    vi.setSystemTime(Date.now() + 60_000);
    expect(now(bakeoff).reason).toBe("SPLIT");
    await vi.advanceTimersByTimeAsync(0);
    expect(now(bakeoff).reason).toBe("STATIC");
    expect(fetches()).toBe(2);
  });

  it("tells nobody again after a renewal, and everybody once in a new period", async () => {
    const bakeoff = client({ refreshMs: 1_000 });
    const renew = async (periods: { startedAt: number; weights: number[] }[]) => {
      const document = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5], { periods }));
      ruleset = { ...document, version: periods.length + 1 };
      vi.setSystemTime(Date.now() + 60_000);
      await bakeoff.assign("answer", { unit: "u", fallback });
    };
    const period = { startedAt: 0, weights: [0.5, 0.5] };
    await bakeoff.ready();
    now(bakeoff);
    await renew([period]);
    now(bakeoff);
    expect(bakeoff.stats.queued).toBe(1);
    await renew([period, period]);
    now(bakeoff);
    expect(bakeoff.stats.queued).toBe(2);
  });

  it("keeps answers from being changed for others, and leaves the app's own ruleset alone", async () => {
    const bakeoff = client({ ruleset });
    await bakeoff.ready();
    const { value } = now(bakeoff);
    expect(() => Object.assign(value, { model: "mine" })).toThrow(TypeError);
    expect(Object.isFrozen(ruleset.configs[0]?.values[0]?.value)).toBe(false);
  });
});

describe("waiting for the first ruleset", () => {
  it("tries again until the server answers", async () => {
    worker.behaviour = () => new Response("", { status: 503 });
    const isReady = client().ready(10_000);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(fetches()).toBe(3);
    serve();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await isReady).toBe(true);
  });

  it.each([
    ["hangs", hang],
    ["fails", () => new Response("", { status: 503 })],
    ["says that nothing has changed", () => new Response(null, { status: 304 })],
  ])("gives up after its time while the server %s", async (_, behaviour) => {
    worker.behaviour = behaviour;
    const isReady = client().ready(3_000);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await isReady).toBe(false);
    expect(fetches()).toBeLessThanOrEqual(3);
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
    expect(fetches()).toBe(1);
    vi.setSystemTime(Date.now() + 1);
    await ask(bakeoff);
    expect(fetches()).toBe(2);
    expect(worker.at("/v1/ruleset")[1]?.init.headers["if-none-match"]).toBe('"1"');
    ruleset = { ...rulesetDocument(), version: 2 };
    vi.setSystemTime(Date.now() + 1_000);
    expect((await ask(bakeoff)).reason).toBe("SPLIT");
    expect((await ask(bakeoff)).reason).toBe("STATIC");
  });

  it("is renewed before the answer when nobody has asked for long", async () => {
    const bakeoff = client({ refreshMs: 1_000 });
    await ask(bakeoff);
    ruleset = { ...rulesetDocument(), version: 2 };
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
  ])("that was last known keeps serving while the server %s", async (_, behaviour) => {
    const bakeoff = client({ refreshMs: 1_000 });
    await ask(bakeoff);
    worker.behaviour = behaviour;
    for (let minute = 0; minute < 5; minute++) {
      vi.setSystemTime(Date.now() + 60_000);
      expect((await ask(bakeoff)).reason).toBe("SPLIT");
    }
    serve();
    ruleset = { ...rulesetDocument(), version: 2 };
    vi.setSystemTime(Date.now() + 60_000);
    expect((await ask(bakeoff)).reason).toBe("STATIC");
  });

  it("that was last known serves after the timeout when the server hangs", async () => {
    const bakeoff = client({ refreshMs: 1_000, timeoutMs: 100 });
    await ask(bakeoff);
    worker.behaviour = hang;
    vi.setSystemTime(Date.now() + 60_000);
    const [answer] = await Promise.all([
      bakeoff.assign("answer", { unit: "u", fallback }),
      vi.advanceTimersByTimeAsync(100),
    ]);
    expect(answer.reason).toBe("SPLIT");
    await vi.advanceTimersByTimeAsync(20_000);
  });

  it("that never came leads to the fallback: within the timeout first, then at once for a second", async () => {
    worker.behaviour = () => new Response("", { status: 503 });
    const bakeoff = client();
    expect((await ask(bakeoff)).error?.code).toBe("http_503");
    for (let call = 0; call < 10; call++) await ask(bakeoff);
    expect(fetches()).toBe(1);
    serve();
    vi.setSystemTime(Date.now() + 1_000);
    expect((await ask(bakeoff)).reason).toBe("SPLIT");
  });

  it("is renewed anew when a renewal has died with the request that it began in", async () => {
    const bakeoff = client({ requestTimeoutMs: 1_000, timeoutMs: 50 });
    worker.behaviour = () => new Promise(() => {});
    const setTimeout = globalThis.setTimeout;
    vi.stubGlobal("setTimeout", () => 0);
    void bakeoff.assign("answer", { unit: "u", fallback });
    vi.stubGlobal("setTimeout", setTimeout);
    serve();
    vi.setSystemTime(Date.now() + 2_001);
    expect((await ask(bakeoff)).reason).toBe("SPLIT");
    vi.unstubAllGlobals();
  });
});
