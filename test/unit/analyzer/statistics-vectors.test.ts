import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { complaintsAbout } from "#tools/vectors/run-vectors.ts";
import { type Vector, vectorFileSchema } from "#tools/vectors/vector-file.ts";

const FOLDER = resolve(import.meta.dirname, "../../vectors");

function casesByMethod(file: string): [method: string, cases: Vector[]][] {
  const { cases } = vectorFileSchema.parse(JSON.parse(readFileSync(resolve(FOLDER, file), "utf8")));
  return Object.entries(Object.groupBy(cases, ({ method }) => method)).map(([method, group]) => [
    method,
    group ?? [],
  ]);
}

describe.each(["stats-vectors-public.json", "stats-vectors-published.json", "stats-vectors-extremes.json"])(
  "%s",
  (file) => {
    it.each(casesByMethod(file))("%s", (_, cases) => {
      expect(cases.flatMap(complaintsAbout)).toEqual([]);
    });
  },
);

describe("the runner", () => {
  const vector = (method: string, out: Vector["out"], tol: Vector["tol"] = {}): Vector => ({
    id: "case",
    method,
    in: { z: 1 },
    out,
    tol,
  });

  it("names the field, what it got and what was expected", () => {
    const complaints = complaintsAbout(vector("normal_sf", { p: 0.5 }, { "*": [1e-9, 0] }));
    expect(complaints).toEqual([expect.stringMatching(/^case: p is 0\.158655253931457\d*, expected 0\.5$/)]);
  });

  it("fails unknown methods, numbers where a refusal is due, and refusals where numbers are", () => {
    expect(complaintsAbout(vector("crystal_ball", {}))).toHaveLength(1);
    expect(complaintsAbout(vector("normal_sf", { status: "invalid" }))).toHaveLength(1);
    expect(complaintsAbout({ ...vector("normal_sf", { p: 0.5 }), in: { z: null } })).toHaveLength(1);
  });
});
