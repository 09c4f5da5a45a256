import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { NEWEST_LOG_MIGRATION, NEWEST_MIGRATION } from "#store/migrations.ts";

const read = (path: string): string => readFileSync(resolve(import.meta.dirname, "../..", path), "utf8");

const namesIn = (text: string): Set<string> => new Set(text.match(/\bbakeoff_[a-z_]+/g));

/** What the code writes, with the suffix that counters get. */
function writtenNames(): Set<string> {
  const source = read("src/results/service-metrics.ts");
  const counted = [...source.matchAll(/^ {2}([a-z_]+): "/gm)].map(([, name]) => `bakeoff_${name}_total`);
  const stored = [...source.matchAll(/name: "(bakeoff_[a-z_]+)",\s+type: "(counter|gauge)"/g)].map(
    ([, name, type]) => (type === "counter" ? `${name}_total` : `${name}`),
  );
  return new Set([...counted, ...stored]);
}

describe("the alert rules", () => {
  const rules = read("docs/prometheus-rules.yml");

  it("are YAML of the simplest kind: comments, keys with plain values, and lists of keys", () => {
    const line = /^(#.*|\s*|( {2})*(- )?[a-z_]+:( [^\s#][^#]*)?)$/i;
    expect(rules.split("\n").filter((one) => !line.test(one))).toEqual([]);
    expect(rules).not.toContain("\t");
    // A colon with a space would end a plain value.
    expect(rules.split("\n").filter((one) => /^\s*(- )?[a-z_]+: .*: /i.test(one))).toEqual([]);
  });

  it("have a name, an expression with as many brackets closed as opened, a severity and a summary", () => {
    const alerts = rules.split("- alert: ").slice(1);
    expect(alerts.length).toBeGreaterThan(5);
    for (const alert of alerts) {
      expect(alert).toMatch(/^Bakeoff\w+\n +expr: .+\n/);
      expect(alert).toMatch(/severity: (info|warning|critical)\n +annotations:\n +summary: .+\.\n/);
      const [, expression = ""] = /expr: (.+)/.exec(alert) ?? [];
      for (const [open, close] of ["()", "[]", "{}"].map((pair) => pair.split(""))) {
        expect(expression.split(open ?? "").length).toBe(expression.split(close ?? "").length);
      }
    }
  });

  it("ask for metrics that there are", () => {
    const written = writtenNames();
    expect([...namesIn(rules)].filter((name) => !written.has(name))).toEqual([]);
  });

  it("come with a page that lists every metric, and no other", () => {
    expect([...namesIn(read("docs/monitoring.md"))].toSorted()).toEqual([...writtenNames()].toSorted());
  });
});

it.each([
  ["migrations", NEWEST_MIGRATION],
  ["migrations/log", NEWEST_LOG_MIGRATION],
])("the newest file of %s is the one that the readiness check asks for", (folder, newest) => {
  const files = readdirSync(resolve(import.meta.dirname, "../..", folder)).filter((name) =>
    name.endsWith(".sql"),
  );
  expect(files.toSorted().at(-1)).toBe(newest);
});
