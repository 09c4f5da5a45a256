import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { TRANSITIONS } from "#model/experiment/transitions.ts";

it("the architecture's diagram of states is the table of transitions", () => {
  const text = readFileSync(join(import.meta.dirname, "../../ARCHITECTURE.md"), "utf8");
  const [, diagram = ""] = /```mermaid\nstateDiagram-v2\n([^`]*)```/.exec(text) ?? [];
  const drawn = diagram
    .trim()
    .split("\n")
    .map((line) => line.trim());
  const table = Object.entries(TRANSITIONS).flatMap(([name, { from, to }]) =>
    from.map((status) => `${status} --> ${to ?? status}: ${name}`),
  );
  expect(drawn.toSorted()).toEqual(["[*] --> draft", ...table].toSorted());
});
