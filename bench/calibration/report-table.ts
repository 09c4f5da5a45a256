import Table from "cli-table3";
import { type Figure, figuresFor } from "./figures.ts";
import { QUESTIONS, type Question } from "./questions.ts";

/** A share in percent. */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** A question's bar in words. */
export function barInWords({ bar, nominal }: Question): string {
  if (!bar) return nominal === null ? "shown for contrast" : `for contrast, against ${percent(nominal)}`;
  if (bar.low === 0) return `at most ${percent(bar.high)}`;
  if (bar.high === 1) return `at least ${percent(bar.low)}`;
  return `${percent(bar.low)} to ${percent(bar.high)}`;
}

export const VERDICTS = { kept: "kept", chance: "within chance", missed: "MISSED", shown: "" } as const;
const MODES = { same: "A/A", different: "A/B" } as const;

/** Which situation a figure is about. */
export function nameOf({ title, mode, detail }: Figure): string {
  return `${title} · ${MODES[mode]}${detail ? ` · ${detail}` : ""}`;
}

/** All figures as text, one table per question. */
export function reportTables(figures: readonly Figure[]): string {
  return QUESTIONS.flatMap((question) => {
    const answers = figuresFor(figures, question);
    if (answers.length === 0) return [];
    const table = new Table({
      head: [question.title, "measured", "Monte-Carlo 95 %", barInWords(question)],
      style: { head: [], border: [], compact: true },
      colAligns: ["left", "right", "right", "left"],
    });
    for (const figure of answers) {
      const { hits, trials, rate, low, high, verdict } = figure;
      const basis = question.isMean ? `${trials} runs` : `${hits}/${trials}`;
      const measured = `${percent(rate, 2)} (${basis})`;
      table.push([nameOf(figure), measured, `${percent(low, 2)} to ${percent(high, 2)}`, VERDICTS[verdict]]);
    }
    return [table.toString()];
  }).join("\n");
}
