import { describe, expect, it } from "vitest";
import { RulesetPart } from "#ruleset/part.ts";
import { PartStore } from "#ruleset/part-store.ts";
import { rulesetExperiment } from "#tools/builders/ruleset-builder.ts";

const CHARACTERS = 1_000;

function partOf(key: string, revision: number, prompt = "x".repeat(CHARACTERS)): RulesetPart {
  const experiment = rulesetExperiment(`on-${key}`, [0.5, 0.5], { config: key });
  const row = {
    key: experiment.key,
    config: key,
    status: "running",
    startedAt: 1,
    endedAt: null,
    spec: JSON.stringify(experiment),
    metricDefinitions: "[]",
    phases: JSON.stringify(experiment.phases),
    switchedOff: "[]",
    pauses: "[]",
    exclusions: "[]",
    overrides: "[]",
    unitKeyId: null,
    covariateSource: null,
  };
  const values = [1, 2].map((version) => ({ version, value: JSON.stringify({ prompt }) }));
  return new RulesetPart({ key, liveVersion: 1, experiments: [row], values }, revision, true);
}

describe("the parts in memory", () => {
  it("make room for a new one by what was not used for longest", () => {
    const store = new PartStore(3.5 * partOf("a", 1).size);
    for (const key of ["a", "b", "c"]) store.put(partOf(key, 1));
    store.isComplete = true;
    store.apply([]);
    for (const key of ["a", "c"]) expect(store.config(key)?.liveVersion).toBe(1);
    store.put(partOf("d", 1));
    expect([...store.configs].sort()).toEqual(["a", "c", "d"]);
    expect(store.isComplete).toBe(false);
    expect(store.experiment("on-b")).toBeUndefined();
    expect(store.size).toBe([...store.configs].reduce((sum, key) => sum + (store.part(key)?.size ?? 0), 0));
  });

  it("are replaced by newer ones only", () => {
    const store = new PartStore();
    store.put(partOf("a", 5, "newer"));
    store.put(partOf("a", 4, "older"));
    expect(store.config("a")?.values.get(1)).toEqual({ prompt: "newer" });
  });

  it("are dropped by changes that they do not show yet, and by no others", () => {
    const store = new PartStore();
    store.put(partOf("a", 5));
    store.put(partOf("b", 5));
    store.noteAbsent("experiment:e", 5);
    store.apply([
      { revision: 5, subject: "config:a", config: "a" },
      { revision: 6, subject: "experiment:e", config: "b" },
    ]);
    expect(store.config("a")).toBeDefined();
    expect(store.config("b")).toBeUndefined();
    expect(store.isAbsent("experiment:e")).toBe(false);
  });

  it("go on without a treatment that is withheld, prepared once", () => {
    const store = new PartStore();
    store.put(partOf("a", 1));
    const before = store.config("a");
    store.withhold([]);
    expect(store.config("a")).toBe(before);
    const withheld = [{ experiment: "on-a", variant: "arm-1", at: 7 }];
    store.withhold(withheld);
    expect(store.experiment("on-a")).toMatchObject({ switchedOff: ["arm-1"], switchedOffAt: { "arm-1": 7 } });
    const after = store.config("a");
    store.withhold([...withheld]);
    expect(store.config("a")).toBe(after);
    store.put(partOf("a", 2));
    expect(store.experiment("on-a")?.switchedOff).toEqual(["arm-1"]);
  });

  it("remember a bounded number of names that there are not", () => {
    const store = new PartStore();
    for (let index = 0; index <= 10_000; index++) store.noteAbsent(`config:c${index}`, 1);
    expect(store.isAbsent("config:c0")).toBe(false);
    expect(store.isAbsent("config:c10000")).toBe(true);
  });
});
