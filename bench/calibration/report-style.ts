/** The report's look, light and dark. Verdicts are told by color and by word. */
export const STYLE = `
:root { --ink: #1c2024; --faint: #60646c; --paper: #fcfcfd; --line: #e0e1e6; --range: #dbe8f6; --dot: #0b68cb; --chance: #ab6400; --missed: #ce2c31; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edeef0; --faint: #b0b4ba; --paper: #111113; --line: #363a3f; --range: #16324d; --dot: #70b8ff; --chance: #ffca16; --missed: #ff9592; }
}
body { margin: 2rem auto; max-width: 68rem; padding: 0 1rem; color: var(--ink); background: var(--paper); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; }
h2 { font-size: 1.05rem; margin: 2.2rem 0 0; }
section p { margin: 0 0 .4rem; color: var(--faint); }
.legend, .faint { color: var(--faint); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .15rem .6rem .15rem 0; text-align: left; font-weight: normal; white-space: nowrap; border-bottom: 1px solid var(--line); }
thead th { color: var(--faint); font-size: .85em; }
th.number, td.number { text-align: right; }
th.chart { width: 320px; }
th.chart span:last-child { float: right; }
svg { display: block; }
.bar { fill: var(--range); }
.nominal { stroke: var(--faint); stroke-dasharray: 3 3; }
.interval { stroke: var(--dot); stroke-width: 2; }
.dot { fill: var(--dot); }
.shown .interval { stroke: var(--faint); }
.shown .dot { fill: var(--faint); }
.chance .interval { stroke: var(--chance); }
.chance .dot { fill: var(--chance); }
.chance td:last-child { color: var(--chance); }
.missed .interval { stroke: var(--missed); }
.missed .dot { fill: var(--missed); }
.missed td:last-child { color: var(--missed); font-weight: 600; }
`;
