import * as z from "zod";
import { isForbiddenKey } from "#shared/json.ts";
import type { MetricDefinition } from "../metric/metric.ts";

/** So many properties an event has at most, and an experiment keeps. */
export const MAXIMUM_PROPERTIES = 20;

const propertyNameSchema = z
  .string()
  .min(1)
  .max(64)
  .refine((name) => !isForbiddenKey(name), "this name is not allowed");

/** The names of the event properties that an experiment keeps. */
export const keptPropertiesSchema = z
  .array(propertyNameSchema)
  .max(MAXIMUM_PROPERTIES)
  .refine((names) => new Set(names).size === names.length, "every name once");

interface KeepingExperiment {
  /** Null for one from before there was a list: it keeps all. */
  properties: readonly string[] | null;
  metricDefinitions: readonly MetricDefinition[];
}

/** Experiments are replaced, never changed. */
const keptNames = new WeakMap<KeepingExperiment, ReadonlySet<string>>();

function keptNamesOf(experiment: KeepingExperiment, properties: readonly string[]): ReadonlySet<string> {
  let names = keptNames.get(experiment);
  if (!names) {
    const filtered = experiment.metricDefinitions.flatMap(({ filter = {} }) => Object.keys(filter));
    names = new Set([...properties, ...filtered]);
    keptNames.set(experiment, names);
  }
  return names;
}

/** Whether an experiment keeps an event property: one that it lists, or that a metric of it filters by. */
export function isKept(name: string, experiment: KeepingExperiment): boolean {
  const { properties } = experiment;
  return properties === null || keptNamesOf(experiment, properties).has(name);
}
