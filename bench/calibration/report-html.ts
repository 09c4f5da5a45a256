import { dotAndInterval, scaleOf } from "./chart.ts";
import { type Figure, figuresFor } from "./figures.ts";
import { QUESTIONS, type Question } from "./questions.ts";
import { STYLE } from "./report-style.ts";
import { barInWords, nameOf, percent, VERDICTS } from "./report-table.ts";

export interface Report {
  engineVersion: string;
  runs: number;
  seed: number;
  seconds: number;
  figures: readonly Figure[];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function section(question: Question, figures: readonly Figure[]): string {
  if (figures.length === 0) return "";
  const scale = scaleOf(question, figures);
  const rows = figures.map((figure) => {
    const { rate, low, high, trials, verdict } = figure;
    return `<tr class="${verdict}">
<th scope="row">${escaped(nameOf(figure))}</th>
<td class="chart">${dotAndInterval(scale, question, figure)}</td>
<td class="number">${percent(rate, 2)}</td>
<td class="number faint">${percent(low, 2)} – ${percent(high, 2)}</td>
<td class="number faint">${trials.toLocaleString("en")}</td>
<td>${VERDICTS[verdict].toLowerCase()}</td>
</tr>`;
  });
  return `<section>
<h2>${escaped(question.title)}</h2>
<p>${escaped(barInWords(question))}</p>
<div class="scroll"><table>
<thead><tr><th scope="col">scenario</th>
<th scope="col" class="chart"><span>${percent(scale.low)}</span><span>${percent(scale.high)}</span></th>
<th scope="col" class="number">measured</th><th scope="col" class="number">Monte-Carlo 95 %</th>
<th scope="col" class="number">runs</th><th scope="col">verdict</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table></div>
</section>`;
}

function summary({ figures }: Report): string {
  const count = (verdict: Figure["verdict"]) => figures.filter((figure) => figure.verdict === verdict).length;
  return `${count("kept")} bars kept, ${count("chance")} missed within chance, ${count("missed")} missed; ${count("shown")} rates for contrast`;
}

/** The report as one file that needs nothing else: per question a table with a chart of every rate against its bar. */
export function htmlReport(report: Report): string {
  const { engineVersion, runs, seed, seconds, figures } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Calibration of Bakeoff's statistics</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Calibration of Bakeoff's statistics</h1>
<p>${runs.toLocaleString("en")} simulated experiments per scenario and mode through the aggregator's ledger, the analyzer and the decider; engine version ${escaped(engineVersion)}, seed ${seed}, ${seconds} s. ${summary(report)}.</p>
<p class="legend">A dot is a measured rate, its line the 95 % Monte-Carlo interval; the shaded range is the bar, the dashed line the nominal rate.</p>
${QUESTIONS.map((question) => section(question, figuresFor(figures, question))).join("\n")}
</body>
</html>
`;
}
