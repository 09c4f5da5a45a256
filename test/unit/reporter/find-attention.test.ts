import { describe, expect, it } from "vitest";
import type { LatestSummary } from "#contract/lists.ts";
import { type Experiment, experimentSchema } from "#model/experiment/experiment.ts";
import { findAttention } from "#reporter/find-attention.ts";
import { summarizeUnvouched } from "#results/unvouched.ts";
import { spec } from "#tools/builders/moments-builder.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = 1_000 * HOUR;
const NOW = START + 48 * HOUR;

const running: Experiment = experimentSchema.parse({
  spec: spec({ name: "Which model?" }),
  status: "running",
  revision: 2,
  createdAt: START,
  updatedAt: START,
  startedAt: START,
  endedAt: null,
  analyzedAt: NOW,
  metricDefinitions: [],
  phases: [{ startedAt: START, weights: [0.5, 0.5] }],
  conclusion: null,
});

const latestSummary: LatestSummary = {
  takenAt: NOW,
  units: 100,
  action: "continue",
  reason: "undecided",
  summary: "Undecided.",
  guardrails: { safe: 0, unclear: 0, harmed: 0 },
  primary: null,
};

const busy = { events: 48_000, lastEventAt: NOW - MINUTE, heldSince: null, pausedAt: null };

function kindsOf(...parameters: Parameters<typeof findAttention>): string[] {
  return findAttention(...parameters).map(({ kind }) => kind);
}

describe("attention", () => {
  it("is not asked for by an experiment that goes well", () => {
    expect(findAttention(running, latestSummary, busy, NOW)).toEqual([]);
  });

  it("is asked for when the data are on hold, since the hold began and in the decision's words", () => {
    const held = { ...latestSummary, action: "hold" as const, reason: "sample_ratio_mismatch" as const };
    expect(findAttention(running, held, { ...busy, heldSince: START + HOUR }, NOW)).toEqual([
      {
        experiment: "experiment",
        name: "Which model?",
        kind: "on_hold",
        since: START + HOUR,
        message: "Undecided.",
      },
    ]);
  });

  it("is asked for after an hour of silence, or ten of the usual gaps when those are longer", () => {
    const silent = (minutes: number, events: number) =>
      kindsOf(running, latestSummary, { ...busy, events, lastEventAt: NOW - minutes * MINUTE }, NOW);
    expect(silent(59, 48_000)).toEqual([]);
    expect(silent(61, 48_000)).toEqual(["silent"]);
    // One event in about half an hour: four hours of silence are nothing unusual.
    expect(silent(61, 94)).toEqual([]);
    expect(silent(270, 94)).toEqual([]);
    expect(silent(320, 94)).toEqual(["silent"]);
  });

  it("tells the usual pace in words that fit it", () => {
    const told = (events: number) =>
      findAttention(running, latestSummary, { ...busy, events, lastEventAt: NOW - 6 * HOUR }, NOW)[0]
        ?.message;
    expect(told(10_000_000)).toContain("before, several came every second on average.");
    expect(told(94)).toMatch(/before, one came every \d.* on average\.$/);
  });

  it("tells silence from the start, and not twice when there is no traffic at all", () => {
    const none = { ...busy, events: 0, lastEventAt: null };
    expect(findAttention(running, latestSummary, none, NOW)).toMatchObject([
      { kind: "silent", since: START },
    ]);
    const held = { ...latestSummary, action: "hold" as const, reason: "no_traffic" as const };
    expect(kindsOf(running, held, none, NOW)).toEqual(["on_hold"]);
  });

  it("does not take a pause for silence", () => {
    const resumed = { ...running, updatedAt: NOW - 10 * MINUTE };
    expect(findAttention(resumed, latestSummary, { ...busy, lastEventAt: NOW - 20 * HOUR }, NOW)).toEqual([]);
  });

  it("is asked for when three analyses are missing", () => {
    const analysedBefore = (minutes: number) =>
      kindsOf(running, { ...latestSummary, takenAt: NOW - minutes * MINUTE }, busy, NOW);
    expect(analysedBefore(15)).toEqual([]);
    expect(analysedBefore(16)).toEqual(["not_analyzed"]);
    expect(findAttention(running, null, busy, NOW)).toMatchObject([
      { kind: "not_analyzed", since: START, message: "No analysis for 2 d, though one is due every 5 min." },
    ]);
  });

  it("is asked for where for an hour most units have been unvouched, with the numbers and the way out", () => {
    const unvouched = { takenAt: NOW, units: 1_412, decidingUnits: 88, mostSince: NOW - 61 * MINUTE };
    expect(findAttention({ ...running, unvouched }, latestSummary, busy, NOW)).toEqual([
      {
        experiment: "experiment",
        name: "Which model?",
        kind: "unvouched",
        since: NOW - 61 * MINUTE,
        message:
          "1,412 of 1,500 units came by client keys and nobody vouches for them, so they decide nothing. Let your server sign the units of its users and hand the token to the page, or start a new experiment that admits client keys.",
      },
    ]);
    const kinds = (mostSince: number | null) =>
      kindsOf({ ...running, unvouched: { ...unvouched, mostSince } }, latestSummary, busy, NOW);
    expect(kinds(NOW - 59 * MINUTE)).toEqual([]);
    expect(kinds(null)).toEqual([]);
  });

  it("counts the time from the first of the looks that all found most units unvouched", () => {
    const first = summarizeUnvouched(null, 5, 4, START);
    expect(first.mostSince).toBe(START);
    const second = summarizeUnvouched(first, 50, 40, START + HOUR);
    expect(second.mostSince).toBe(START);
    const third = summarizeUnvouched(second, 50, 50, START + 2 * HOUR);
    expect(third.mostSince).toBeNull();
    expect(summarizeUnvouched(third, 52, 51, NOW).mostSince).toBe(NOW);
  });

  it("is asked for after a day of pause, whatever was edited meanwhile", () => {
    const paused = { ...running, status: "paused" as const, updatedAt: NOW - HOUR };
    expect(kindsOf(paused, latestSummary, { ...busy, pausedAt: NOW - 23 * HOUR }, NOW)).toEqual([]);
    expect(kindsOf(paused, latestSummary, { ...busy, pausedAt: NOW - 25 * HOUR }, NOW)).toEqual(["paused"]);
  });
});
