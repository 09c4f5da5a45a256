import { z } from "zod";
import { ApiError } from "#contract/client.ts";
import { getExperiments } from "#contract/experiments.ts";
import { type ExperimentSummary, experimentSummarySchema } from "#contract/lists.ts";
import { api } from "./api.ts";

/** Checked in one go, thousands of experiments would keep the page from answering to keys for too long. */
const SLICE = 50;

const envelopeSchema = z.strictObject({ experiments: z.array(z.unknown()) });
const sliceSchema = z.array(experimentSummarySchema);

/**
 * All experiments. A class, because stores leave its instances alone: to wrap and unwrap thousands of experiments each
 * time a query changes its state would take longer than everything else on the page.
 */
class ExperimentList {
  readonly experiments: readonly ExperimentSummary[];

  constructor(experiments: readonly ExperimentSummary[]) {
    this.experiments = experiments;
  }
}

let last: { text: string; list: ExperimentList } | undefined;

/** Lets the page react to what has happened meanwhile. */
const yieldToMain = () => new Promise((resolve) => setTimeout(resolve));

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkReply<T>(body: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiError(200, "unexpected_answer", `${issue?.path.join(".") || "the answer"}: ${issue?.message}`);
}

/**
 * Reads the list of experiments. An answer that is the same as before is not checked anew; another one is checked slice
 * by slice, with room for the page to react in between.
 * @throws ApiError
 */
export async function fetchExperiments(signal: AbortSignal): Promise<ExperimentList> {
  const response = await api.fetch(getExperiments, { signal });
  const text = await response.text();
  if (last?.text === text) return last.list;
  const items = checkReply(readJson(text), envelopeSchema).experiments;
  const experiments: ExperimentSummary[] = [];
  for (let start = 0; start < items.length; start += SLICE) {
    if (start > 0) await yieldToMain();
    signal.throwIfAborted();
    experiments.push(...checkReply(items.slice(start, start + SLICE), sliceSchema));
  }
  last = { text, list: new ExperimentList(experiments) };
  return last.list;
}
