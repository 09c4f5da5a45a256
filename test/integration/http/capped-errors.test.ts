import { beforeAll, describe, expect, it, vi } from "vitest";
import { ROUTES } from "#api/routes/index.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { JSON_ROUTES } from "#test/support/json-routes.ts";

/** More than any list of twenty faults needs. */
const MAXIMUM_REPLY_CHARACTERS = 16_000;

const LONG = "x".repeat(100_000);

const fieldsOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, 1]));

/** Wide and long bodies, whatever a route takes: each would be a complaint of many times what is told. */
const WIDE_BODIES = [
  { what: "60,000 unknown fields", raw: JSON.stringify(fieldsOf(60_000)) },
  { what: "15,000 unknown fields", raw: JSON.stringify(fieldsOf(15_000)) },
  {
    what: "fields with names of 100,000 characters",
    raw: JSON.stringify({ [LONG]: 1, [`${LONG}y`]: { [LONG]: 1 } }),
  },
];

/** The same as the value of one field. Written once: they are sent hundreds of times. */
const WIDE_VALUES = [
  { what: "a list of 500,000 zeros", text: JSON.stringify(Array<number>(500_000).fill(0)) },
  { what: "a list of 15,000 empty objects", text: JSON.stringify(Array<object>(15_000).fill({})) },
  {
    what: "15,000 entries with names of spaces",
    text: JSON.stringify(Object.fromEntries(Array.from({ length: 15_000 }, (_, n) => [`k ${n}`, {}]))),
  },
];

function wideBodies(names: readonly string[]): { what: string; raw: string }[] {
  const inFields = names.flatMap((name) => [
    ...WIDE_VALUES.map(({ what, text }) => ({ what: `${what} as ${name}`, raw: `{"${name}":${text}}` })),
    {
      what: `texts of 100,000 characters as ${name}`,
      raw: JSON.stringify({ [name]: LONG, key: LONG, config: LONG }),
    },
  ]);
  return [...WIDE_BODIES, ...inFields];
}

describe("what is said of input that is wrong everywhere", () => {
  beforeAll(async () => {
    await createExperiment({ key: "wide-experiment" }, { start: false });
    await succeed("POST", "/v1/experiments/wide-experiment/start");
  });

  it.each(JSON_ROUTES.map(({ method, path, names }) => [method, path, names] as const))(
    "%s %s names twenty faults at most, and how many more there are",
    async (method, path, names) => {
      for (const { what, raw } of wideBodies(names)) {
        const answer = await call(method, path, undefined, { raw });
        const text = JSON.stringify(answer.body);
        expect(text.length, what).toBeLessThan(MAXIMUM_REPLY_CHARACTERS);
        expect(answer.status, what).toBeLessThan(500);
      }
    },
  );

  it("counts what it does not name", async () => {
    const body = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, 1]));
    const answer = await call("POST", "/v1/keys", body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toHaveLength(20);
    // Name and scope are missing, besides the 500 that are not known.
    expect(answer.body.moreErrors).toBe(482);
  });

  it("says nothing of more where all is named", async () => {
    const answer = await call("POST", "/v1/keys", { surprise: 1, name: "App", scope: "server" });
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body).not.toHaveProperty("moreErrors");
  });

  it("refuses more than 20,000 values before it looks at each", async () => {
    const body = Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [`field${index}`, 1]));
    const answer = await call("POST", "/v1/keys", body);
    expect(answer.body.errors).toEqual([expect.objectContaining({ path: "", code: "too_many_values" })]);
  });

  it("keeps the answer to every entry of a batch, and twenty of them as faults", async () => {
    const events = Array.from({ length: 300 }, (_, index) => ({
      id: `e${index}`,
      [LONG.slice(0, 2_000)]: 1,
    }));
    const answer = await call("POST", "/v1/events", { events });
    expect(answer).toMatchObject({ status: 422, body: { code: "no_event_accepted", moreErrors: 280 } });
    expect(answer.body.rejected.map(({ index }: { index: number }) => index)).toEqual(
      events.map((_, index) => index),
    );
    expect(JSON.stringify(answer.body).length / events.length).toBeLessThan(500);
  });

  it("names twenty unknown metrics of a batch, and how many more there are", async () => {
    const metrics = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`unknown_${index}`, 1]));
    const event = { id: "many", experiment: "wide-experiment", unit: "u", variant: "control", metrics };
    const answers = await Promise.all(
      ["control", "treatment"].map((variant) =>
        call("POST", "/v1/events", { events: [{ ...event, id: variant, variant }] }),
      ),
    );
    const taken = answers.find(({ status }) => status === 200);
    expect(taken?.body.warnings).toHaveLength(21);
    expect(taken?.body.warnings.at(-1)).toEqual({
      code: "more_warnings",
      message: "There are 30 more warnings.",
    });
  });
});

it("writes the API's document once", async () => {
  const first = await call("GET", "/openapi.json", undefined, { key: null });
  expect(Object.keys(first.body.paths).length).toBeGreaterThan(ROUTES.length / 4);
  const written = vi.spyOn(JSON, "stringify");
  const again = await call("GET", "/openapi.json", undefined, { key: null });
  expect(written).not.toHaveBeenCalled();
  written.mockRestore();
  expect(again.body).toEqual(first.body);
});
