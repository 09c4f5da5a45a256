/** What is counted, by the labels that each count has. Labels have few values, whatever clients send. */
export interface CountedLabels {
  requests: { route: string; status: string };
  assignments: { reason: string };
  events: { result: "accepted" | "duplicate" | "rejected" };
  exposures: { result: "reported" | "dropped" };
  ruleset_renewals: { result: "renewed" | "failed" };
}

type CounterName = keyof CountedLabels;

export interface Count<Name extends CounterName = CounterName> {
  name: Name;
  labels: CountedLabels[Name];
  value: number;
}

const counts = new Map<string, Count>();

function nameOf<Name extends CounterName>(name: Name, labels: CountedLabels[Name]): string {
  return `${name} ${Object.values(labels).join(" ")}`;
}

/** Adds to a count of this isolate. It lasts as long as the isolate does, and others have counts of their own. */
export function count<Name extends CounterName>(name: Name, labels: CountedLabels[Name], amount = 1): void {
  const key = nameOf(name, labels);
  const known = counts.get(key);
  if (known) known.value += amount;
  else counts.set(key, { name, labels, value: amount });
}

/** A count that is added to by itself, where looking it up every time would be most of the work. */
export function counterOf<Name extends CounterName>(
  name: Name,
  labels: CountedLabels[Name],
): { value: number } {
  count(name, labels, 0);
  const counter = counts.get(nameOf(name, labels));
  if (!counter) throw new Error(`there is no count '${name}'`);
  return counter;
}

/** When this isolate last renewed its ruleset from the database, in epoch milliseconds. */
let rulesetRenewedAt: number | undefined;

/** Notes an attempt to renew the ruleset. @param at epoch milliseconds */
export function noteRulesetRenewal(at: number, hasSucceeded: boolean): void {
  count("ruleset_renewals", { result: hasSucceeded ? "renewed" : "failed" });
  if (hasSucceeded) rulesetRenewedAt = at;
}

export function readRulesetRenewedAt(): number | undefined {
  return rulesetRenewedAt;
}

/** All counts of this isolate. */
export function readCounts(): Count[] {
  return [...counts.values()].map((one) => ({ ...one }));
}
