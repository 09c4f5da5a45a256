import type { InputIssue } from "#shared/input-issue.ts";
import { toPointer } from "#shared/input-issue.ts";

const COPY = "start a copy of the experiment instead, and name this one as its covariateSource";

const CHOSEN = `chosen after results were seen it would suit them: ${COPY}`;

/** Why what else an experiment consists of never changes while it runs. */
const FIXED: Readonly<Record<string, string>> = {
  key: "everything that is known of the experiment is kept under its key",
  config: `other users would be compared: ${COPY}`,
  kind: `it says what the variants differ in: ${COPY}`,
  variants: `units would have had two versions under one name: ${COPY}, or send new shares as 'weights'`,
  control: `every comparison so far is with this one: ${COPY}`,
  namespace: `units would join or leave because of the change and not because of their variant: ${COPY}`,
  condition: `units would join or leave because of the change and not because of their variant: ${COPY}`,
  seed: `every unit would be dealt out anew: ${COPY}`,
  metrics: `a metric or a role ${CHOSEN}; margins may shrink, as 'margins', and secondary metrics are added by POST /v1/experiments/{key}/metrics`,
  rule: `a rule ${CHOSEN}`,
  alpha: `the looks so far have spent it: ${COPY}`,
  maximumUnits: `intervals and p-values hold for looks up to this maximum, and every look so far has used it: ${COPY}`,
  plannedUnits: `the intervals of all looks so far are tuned for it: ${COPY}`,
  futility: `whether to give up ${CHOSEN}`,
  freedTraffic: `what becomes of the traffic of those that left ${CHOSEN}`,
  covariates: `whether covariates count ${CHOSEN}`,
  covariateSource: `which covariates count ${CHOSEN}`,
  adjustFor: `what explains variance away ${CHOSEN}`,
  attributes: `units so far have come without them: ${COPY}`,
  allocation: `weights that begin to follow the evidence would follow what is known already: ${COPY}`,
  acceptUnequalEvents: `a doubt that is lifted after it was seen holds nobody back: ${COPY}`,
  maximumEventsPerUnit: `events so far are counted by it: ${COPY}`,
  shards: `units are divided by it: ${COPY}`,
  unvouched: `whose evidence decides ${CHOSEN}`,
  promotion: "the stages of a release are fixed at start: promote by hand, at once, if they do not fit",
  name: "send it to PATCH /v1/experiments/{key}",
  hypothesis: "send it to PATCH /v1/experiments/{key}",
  analysisIntervalSeconds: "send it to PATCH /v1/experiments/{key}",
  properties: "send it to PATCH /v1/experiments/{key}",
};

/** The reasons against fields of a change that never change while an experiment runs, one for each, and the rest of the change. */
export function findFixedFields(raw: unknown): { issues: InputIssue[]; rest: unknown } {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return { issues: [], rest: raw };
  const entries = Object.entries(raw);
  const fixed = entries.filter(([name]) => Object.hasOwn(FIXED, name));
  return {
    issues: fixed.map(([name]) => ({
      path: toPointer([name]),
      code: "fixed_while_running",
      message: FIXED[name] ?? "",
    })),
    rest: Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(FIXED, name))),
  };
}
