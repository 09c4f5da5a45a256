import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";

const UNITS = 40;
const ROUNDS = 3;
const LOOKS = 6;
const MINUTE = 60_000;

/** More pages than any of these lists has. */
const MAXIMUM_PAGES = 1_000;

let key: string;
let configKey: string;
const sent: string[] = [];

beforeAll(async () => {
  let config: string;
  ({ key, config } = await createExperiment({ shards: 3, analysisIntervalSeconds: 60 }));
  configKey = config;
  const requests = Array.from({ length: UNITS }, (_, index) => ({ config, unit: `unit-${index}` }));
  const { assignments } = await succeed("POST", "/v1/assign", { requests });
  for (let round = 0; round < ROUNDS; round += 1) {
    const events = requests.map(({ unit }, index) => ({
      id: `event-${round}-${index}`,
      experiment: key,
      unit,
      variant: assignments[index].variant,
      metrics: { task_success: index % 2 },
    }));
    sent.push(...events.map(({ id }) => id));
    await succeed("POST", "/v1/events", { events });
    // Reading the log flushes it, so that every round has chunks of its own.
    await succeed("GET", `/v1/experiments/${key}/events?limit=1`);
  }
  for (let look = 1; look <= LOOKS; look += 1) {
    await analyzeDueExperiments(env, Date.now() + look * MINUTE);
  }
});

interface List {
  name: string;
  address: () => string;
  /** What a page holds, each told apart from the others. */
  items: (page: Record<string, { id?: string; takenAt?: number; version?: number }[]>) => string[];
  /** The parameter for the next page, taken from this one; undefined after the last. */
  next: (page: {
    nextCursor?: string | null;
    entries?: { id: string }[];
    decisions?: { takenAt: number }[];
    snapshots?: { takenAt: number }[];
    versions?: { version: number }[];
  }) => string | undefined;
  limits: readonly number[];
}

const LISTS: readonly List[] = [
  {
    name: "logged events",
    address: () => `/v1/experiments/${key}/events`,
    items: (page) => (page.events ?? []).map(({ id }) => String(id)),
    next: ({ nextCursor }) => (nextCursor == null ? undefined : `cursor=${encodeURIComponent(nextCursor)}`),
    limits: [1, 7, 50, 10_000],
  },
  {
    name: "decisions",
    address: () => `/v1/experiments/${key}/decisions`,
    items: (page) => (page.decisions ?? []).map(({ takenAt }) => String(takenAt)),
    next: ({ decisions }) => decisions?.at(-1) && `before=${decisions.at(-1)?.takenAt}`,
    limits: [1, 2, 500],
  },
  {
    name: "snapshots",
    address: () => `/v1/experiments/${key}/snapshots`,
    items: (page) => (page.snapshots ?? []).map(({ takenAt }) => String(takenAt)),
    next: ({ snapshots }) => snapshots?.at(-1) && `before=${snapshots.at(-1)?.takenAt}`,
    limits: [1, 2, 500],
  },
  {
    name: "audit entries",
    address: () => "/v1/audit",
    items: (page) => (page.entries ?? []).map(({ id }) => String(id)),
    next: ({ entries }) => entries?.at(-1) && `before=${entries.at(-1)?.id}`,
    limits: [1, 3, 500],
  },
  {
    name: "versions of an AI config",
    address: () => `/v1/configs/${configKey}/versions`,
    items: (page) => (page.versions ?? []).map(({ version }) => String(version)),
    next: ({ versions }) => versions?.at(-1) && `before=${versions.at(-1)?.version}`,
    limits: [1, 2, 50],
  },
];

/** All pages, one after the other, each by what the one before handed out. */
async function walk({ address, items, next }: List, limit: number): Promise<string[]> {
  const walked: string[] = [];
  let parameter: string | undefined;
  for (let pages = 0; pages < MAXIMUM_PAGES; pages += 1) {
    const query = [`limit=${limit}`, ...(parameter === undefined ? [] : [parameter])].join("&");
    const answer = await call("GET", `${address()}?${query}`);
    expect(answer.status, `${query}: ${JSON.stringify(answer.body)}`).toBe(200);
    walked.push(...items(answer.body));
    parameter = next(answer.body);
    if (parameter === undefined) return walked;
  }
  throw new Error(`there are more than ${MAXIMUM_PAGES} pages`);
}

describe.each(LISTS.map((list) => [list.name, list] as const))("the pages of %s", (_, list) => {
  it("hold everything once and in one order, whatever their size", async () => {
    const [largest = 1] = list.limits.toReversed();
    const whole = await walk(list, largest);
    expect(whole.length).toBeGreaterThan(2);
    expect(new Set(whole).size).toBe(whole.length);
    for (const limit of list.limits) expect(await walk(list, limit), `limit ${limit}`).toEqual(whole);
  });
});

it("the pages of logged events hold every event that was accepted", async () => {
  const [events] = LISTS;
  if (!events) throw new Error("the list is missing");
  expect((await walk(events, 7)).toSorted()).toEqual(sent.toSorted());
});

it.each(["x", "0", "0:", ":1", "-1:0", "0:-1", "0:1:2", "99999:0", "0:9999999999999999", "0:1e3"])(
  "a cursor that no page has handed out is refused: %s",
  async (cursor) => {
    const answer = await call("GET", `/v1/experiments/${key}/events?cursor=${cursor}`);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({ path: "/cursor" });
  },
);
