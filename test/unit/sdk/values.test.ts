import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { outcomeEventSchema } from "#contract/events.ts";
import type { Bakeoff, BakeoffOptions, Drop, Metrics, Properties, Warning } from "#sdk/index.ts";
import { exposuresIn, FakeWorker, onlyEventOf, questionsIn } from "#test/support/fake-worker.ts";

let worker: FakeWorker;
let drops: Drop[];
let bakeoff: Bakeoff;
const asked = { unit: "u1", fallback: {} };

function client(options: Partial<BakeoffOptions> = {}) {
  return worker.client({ onDrop: (drop) => drops.push(drop), ...options });
}

beforeEach(() => {
  worker = new FakeWorker();
  drops = [];
  bakeoff = client();
});

const onlyEvent = () => onlyEventOf(worker, bakeoff);

/** Values as apps without types have them. */
function untyped(values: Record<string, unknown>): Metrics & Properties {
  const target: Metrics & Properties = {};
  for (const [name, value] of Object.entries(values)) {
    Reflect.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return target;
}

describe("a metric whose value is none", () => {
  it.each([
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    ["a number as a text", "0.9"],
    ["null", null],
    ["an object", { score: 1 }],
    ["a number of any size", 10n],
    ["a number beyond what sums take", 1e13],
  ])("is left out, and told once: %s", async (_, value) => {
    await bakeoff.run("c", asked, async (_assigned, record) => {
      record(untyped({ faithfulness: value, task_success: 1 }));
      return "answer";
    });
    expect((await onlyEvent()).metrics).toEqual({
      latency_ms: expect.any(Number),
      error: 0,
      task_success: 1,
    });
    expect(drops).toMatchObject([
      { kind: "event", code: "invalid_metric:faithfulness", item: { faithfulness: value } },
    ]);
    expect(bakeoff.stats).toMatchObject({ delivered: 1, dropped: 1 });
  });

  it("that is undefined is not there: nobody is told", async () => {
    await bakeoff.run("c", asked, async (_, record) => record(untyped({ faithfulness: undefined })));
    expect((await onlyEvent()).metrics).not.toHaveProperty("faithfulness");
    expect(drops).toEqual([]);
  });

  it.each(["Answer Relevance", "", "9lives", "constructor", "x".repeat(65)])(
    "or whose name is none is left out: %j",
    async (name) => {
      await bakeoff.run("c", asked, async (_, record) => record({ [name]: 1, refusal: 0 }));
      expect((await onlyEvent()).metrics).toMatchObject({ refusal: 0, error: 0 });
      expect(drops).toMatchObject([{ code: `invalid_metric:${name}` }]);
    },
  );

  it("is left out of feedback and of events of the app's own as well", async () => {
    const { handle } = await bakeoff.run("c", asked, () => "done");
    expect(bakeoff.feedback(handle, { faithfulness: Number.NaN, task_success: true })).toBe(true);
    bakeoff.log({ experiment: "e", unit: "u", metrics: { faithfulness: Number.NaN, refusal: 1 } });
    await bakeoff.flush();
    expect(worker.events.slice(1).map(({ metrics }) => metrics)).toEqual([
      { task_success: true },
      { refusal: 1 },
    ]);
    expect(drops.map(({ kind, code }) => `${kind} ${code}`)).toEqual([
      "feedback invalid_metric:faithfulness",
      "event invalid_metric:faithfulness",
    ]);
  });

  it("and is the only one leaves nothing to log", async () => {
    const { handle } = await bakeoff.run("c", asked, () => "done");
    await bakeoff.flush();
    expect(bakeoff.feedback(handle, { faithfulness: Number.NaN })).toBe(false);
    expect(bakeoff.feedback(handle, {})).toBe(false);
    await bakeoff.flush();
    expect(worker.events).toHaveLength(1);
    expect(drops.map(({ code }) => code)).toEqual(["invalid_metric:faithfulness", "no_metric"]);
  });

  it("is left out where there are more than fifty", async () => {
    const many = Object.fromEntries(Array.from({ length: 52 }, (_, index) => [`m${index}`, index]));
    bakeoff.log({ experiment: "e", unit: "u", metrics: many });
    expect(Object.keys((await onlyEvent()).metrics)).toHaveLength(50);
    expect(drops.map(({ code }) => code)).toEqual(["invalid_metric:m50", "invalid_metric:m51"]);
  });
});

describe("a property", () => {
  it.each([
    ["too long a text", "x".repeat(257)],
    ["NaN", Number.NaN],
    ["null", null],
    ["a list", ["de"]],
    ["an object", { country: "de" }],
    ["a number of any size", 10n],
  ])("that cannot be one is left out, and told once: %s", async (_, value) => {
    const properties = untyped({ page: "help", country: value });
    await bakeoff.run("c", { ...asked, properties }, () => "done");
    expect((await onlyEvent()).properties).toEqual({ page: "help" });
    expect(drops).toMatchObject([{ code: "invalid_property:country" }]);
  });

  it("too many is left out", async () => {
    const properties = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`p${index}`, index]));
    await bakeoff.run("c", { ...asked, properties }, () => "done");
    expect(Object.keys((await onlyEvent()).properties ?? {})).toHaveLength(20);
    expect(drops).toMatchObject([{ code: "invalid_property:p20" }]);
  });
});

describe("a covariate that is none", () => {
  it("is left out of the question, whose unit is assigned all the same", async () => {
    const covariates: Record<string, number> = { age: Number.NaN, visits: 3 };
    Reflect.set(covariates, "plan", "pro");
    const { reason } = await bakeoff.assign("c", { ...asked, covariates });
    expect(reason).toBe("SPLIT");
    expect(questionsIn(worker.received[0]?.body)).toMatchObject([{ covariates: { visits: 3 } }]);
    expect(drops.map(({ kind, code }) => `${kind} ${code}`)).toEqual([
      "exposure invalid_covariate:age",
      "exposure invalid_covariate:plan",
    ]);
  });
});

it("a value that cannot even be made a text takes nothing else along", async () => {
  const record = untyped({ score: { toString: 0n }, refusal: 0 });
  await bakeoff.run("c", asked, async (_, add) => add(record));
  expect((await onlyEvent()).metrics).toMatchObject({ refusal: 0, error: 0 });
  expect(drops).toMatchObject([{ code: "invalid_metric:score" }]);
});

it("whatever an app records, the server takes what is sent", async () => {
  const anything = fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true }), {
    maxKeys: 60,
  });
  await fc.assert(
    fc.asyncProperty(anything, anything, async (metrics, properties) => {
      worker = new FakeWorker();
      bakeoff = client();
      const run = { ...asked, properties: untyped(properties) };
      await bakeoff.run("c", run, async (_, record) => record(untyped(metrics)));
      const event = await onlyEvent();
      expect(outcomeEventSchema.safeParse(event).error?.issues).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

describe("a value that the server refuses", () => {
  function refuse(path: string) {
    worker.behavior = (received) => {
      if (received.path !== "/v1/events") return worker.answer(received);
      worker.behavior = undefined;
      const rejected = [{ index: 0, path, code: "impossible_value", message: "no" }];
      return Response.json({ accepted: 0, duplicates: 0, rejected, warnings: [] });
    };
  }

  it("is taken out, and the rest is sent again", async () => {
    refuse("/events/0/metrics/task_success");
    bakeoff.log({ id: "a", experiment: "e", unit: "u", metrics: { task_success: 7, refusal: 0 } });
    expect(await bakeoff.flush()).toBe(true);
    expect(worker.events.map(({ id, metrics }) => [id, metrics])).toEqual([
      ["a", { task_success: 7, refusal: 0 }],
      ["a", { refusal: 0 }],
    ]);
    expect(drops).toMatchObject([{ code: "impossible_value:task_success", item: { task_success: 7 } }]);
    expect(bakeoff.stats).toEqual({ queued: 0, delivered: 1, dropped: 1 });
  });

  it.each(["/events/0/metrics/task_success", "/events/0/variant", "/events/0/metrics/never_sent"])(
    "takes the event along where nothing would be left of it: %s",
    async (path) => {
      refuse(path);
      bakeoff.log({ experiment: "e", unit: "u", metrics: { task_success: 7 } });
      expect(await bakeoff.flush()).toBe(true);
      expect(worker.events).toHaveLength(1);
      expect(drops).toMatchObject([{ code: "impossible_value", item: { unit: "u" } }]);
    },
  );
});

describe("a unit", () => {
  it.each([
    undefined,
    null,
    "",
    "  ",
    "undefined",
    "null",
    "NaN",
    "[object Object]",
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1.5,
    2 ** 53,
    true,
    {},
    ["u"],
  ])("that is none is in no experiment, and the run says why: %j", async (unit) => {
    const nobody = Object.assign({ ...asked }, { unit });
    const { result, assigned, handle } = await bakeoff.run("c", nobody, () => "as the app wrote it");
    expect(result).toBe("as the app wrote it");
    expect(assigned).toMatchObject({ reason: "ERROR", experiment: null, error: { code: "invalid_unit" } });
    expect(bakeoff.feedback(handle, { task_success: 1 })).toBe(false);
    await bakeoff.flush();
    expect(worker.received).toEqual([]);
    bakeoff.log(Object.assign({ experiment: "e", unit: "u", metrics: { error: 0 } }, { unit }));
    expect(drops).toMatchObject([{ kind: "event", code: "invalid_unit" }]);
  });

  it.each([42, 42n, "42"])("that is a number goes by its digits: %s", async (unit) => {
    await bakeoff.run("c", { ...asked, unit }, () => "done");
    bakeoff.log({ experiment: "e", unit, metrics: { error: 0 } });
    await bakeoff.flush();
    expect(questionsIn(worker.received[0]?.body)).toMatchObject([{ unit: "42" }]);
    expect(worker.events.map((event) => event.unit)).toEqual(["42", "42"]);
    expect(worker.at("/v1/exposures").flatMap(({ body }) => exposuresIn(body))).toEqual([]);
  });
});

describe("a warning", () => {
  let warnings: Warning[];
  const usage = { input_tokens: 10, output_tokens: 1 };

  beforeEach(() => {
    warnings = [];
    bakeoff = client({
      prices: { small: { input: 1, output: 1 } },
      onWarning: (warning) => warnings.push(warning),
    });
  });

  it("names a model that no price is known of, once", async () => {
    worker.value = { model: "unheard-of" };
    for (let call = 0; call < 3; call++) await bakeoff.run("c", asked, () => ({ usage }));
    await bakeoff.run("c", asked, () => ({ model: "other-2026-01-01", usage }));
    await bakeoff.flush();
    expect(warnings.map(({ code, message }) => [code, /'(.*)'/.exec(message)?.[1]])).toEqual([
      ["no_price", "unheard-of"],
      ["no_price", "other-2026-01-01"],
    ]);
    expect(bakeoff.stats.dropped).toBe(0);
  });

  it("says nothing where there is a price, or none at all, or nothing to price", async () => {
    await bakeoff.run("c", asked, () => ({ usage }));
    await bakeoff.run("c", asked, () => ({ model: "unheard-of" }));
    await client({ onWarning: (warning) => warnings.push(warning) }).run("c", asked, () => ({ usage }));
    await bakeoff.flush();
    expect(warnings).toEqual([]);
  });

  it("of the server is handed on, once", async () => {
    const warning = { code: "unknown_metric", message: "No metric 'mood' is defined" };
    worker.behavior = (received) => {
      if (received.path !== "/v1/events") return worker.answer(received);
      return Response.json({ accepted: 1, duplicates: 0, rejected: [], warnings: [warning] });
    };
    for (let call = 0; call < 3; call++) {
      await bakeoff.run("c", asked, () => "done");
      await bakeoff.flush();
    }
    expect(warnings).toEqual([warning]);
  });
});
