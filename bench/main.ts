import { benchArchive } from "./archive/archive.ts";
import { benchCompile } from "./compile.ts";
import { benchCost } from "./cost.ts";
import { benchAssign } from "./http/assign.ts";
import { benchEvents } from "./http/events.ts";
import { benchLocal } from "./http/local.ts";
import { benchLog } from "./log.ts";
import { Report } from "./report/report.ts";
import { script } from "./script.ts";
import { benchSizes } from "./sizes.ts";
import { benchStart } from "./start.ts";

/** What `npm run bench` measures; each by name, as in `npm run bench -- assign events`. A number is that of the events. */
const BENCHES: Record<string, (report: Report, events?: number) => Promise<void>> = {
  sizes: benchSizes,
  compile: benchCompile,
  local: benchLocal,
  start: benchStart,
  assign: benchAssign,
  events: benchEvents,
  log: (report, events = 100_000) => benchLog(report, events),
  cost: (report, events = 50_000) => benchCost(report, events),
  clients: script("clients.ts"),
  analyze: script("analyze.ts"),
  telemetry: script("telemetry.ts"),
  rollback: script("rollback.ts"),
};

/** What is measured only when it is asked for: it needs a browser, or many minutes. */
const MORE_BENCHES: typeof BENCHES = {
  archive: (report, events = 1_000_000) => benchArchive(report, events),
  interaction: script("interaction.ts"),
  ruleset: script("ruleset.ts"),
};

const parameters = process.argv.slice(2);
const events = parameters.map(Number).find((number) => number > 0);
const wanted = parameters.filter((parameter) => !(Number(parameter) > 0));
const known = { ...BENCHES, ...MORE_BENCHES };
const unknown = wanted.filter((name) => !(name in known));
if (unknown.length > 0) {
  console.error(`There is no bench '${unknown.join("', '")}'. There are: ${Object.keys(known).join(", ")}.`);
  process.exit(1);
}
const report = new Report();
for (const [name, measure] of Object.entries(wanted.length > 0 ? known : BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await measure(report, events);
  await report.write();
}
console.log(`Written to ${await report.write()}`);
process.exit();
