import type * as z from "zod";
import type { EvidenceHashes } from "#model/analysis/chain-record.ts";
import {
  type EvaluationInputs,
  type EvaluationResult,
  evaluatedExperimentSchema,
  evaluationInputsSchema,
  evaluationResultSchema,
  type LogPosition,
  logPositionSchema,
} from "#model/analysis/evaluation-inputs.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { sha256 } from "#shared/sha-256.ts";
import { parseStored } from "./database.ts";
import { packJson, unpackJson } from "./pack.ts";

/** Below what Cloudflare takes for a row, 2,000,000 bytes. What is compressed is ASCII. */
const MAXIMUM_PART_CHARACTERS = 1_800_000;

/** Of the inputs of one decision, or of its result. */
const MAXIMUM_PARTS = 8;

/** What a decision was computed from, and what it came to. */
export interface Evidence {
  inputs: EvaluationInputs;
  result: EvaluationResult;
  /** How far the log was counted, by shard; null where that was not noted. */
  positions: LogPosition[] | null;
}

/** A value under its hash. */
export interface StoredValue {
  hash: string;
  value: string;
}

const storedInputsSchema = evaluationInputsSchema.extend({
  experiment: evaluatedExperimentSchema.omit({ spec: true, metricDefinitions: true }),
  positions: logPositionSchema.array().nullable(),
});

async function named(value: string): Promise<StoredValue> {
  return { hash: await sha256(value), value };
}

function partsOf(packed: string): string[] {
  const parts = Math.max(1, Math.ceil(packed.length / MAXIMUM_PART_CHARACTERS));
  return Array.from({ length: parts }, (_, part) =>
    packed.slice(part * MAXIMUM_PART_CHARACTERS, (part + 1) * MAXIMUM_PART_CHARACTERS),
  );
}

/**
 * The values that evidence is stored as. Specs and metric definitions are plain JSON, so that the hash of each is the hash of its
 * JSON, and the same for all decisions on it.
 * @returns undefined where the evidence is larger than is ever kept
 */
export async function encodeEvidence({
  inputs: {
    experiment: { spec, metricDefinitions, ...experiment },
    ...inputs
  },
  result,
  positions,
}: Evidence): Promise<{ hashes: EvidenceHashes; values: StoredValue[] } | undefined> {
  const rest = { ...inputs, experiment, positions } satisfies z.input<typeof storedInputsSchema>;
  const inputParts = partsOf(packJson(JSON.stringify(rest)));
  const resultParts = partsOf(packJson(JSON.stringify(result)));
  if (Math.max(inputParts.length, resultParts.length) > MAXIMUM_PARTS) return undefined;
  const [specValue, definitions] = await Promise.all(
    [spec, metricDefinitions].map((part) => named(JSON.stringify(part))),
  );
  if (!specValue || !definitions) throw new Error("there are two values");
  const inputValues = await Promise.all(inputParts.map(named));
  const resultValues = await Promise.all(resultParts.map(named));
  return {
    hashes: {
      spec: specValue.hash,
      metricDefinitions: definitions.hash,
      inputs: inputValues.map(({ hash }) => hash),
      result: resultValues.map(({ hash }) => hash),
    },
    values: [specValue, definitions, ...inputValues, ...resultValues],
  };
}

/** The names of all values of a decision. */
export function hashesIn({ spec, metricDefinitions, inputs, result }: EvidenceHashes): string[] {
  return [spec, metricDefinitions, ...inputs, ...result];
}

/** Whether a value is the one that its name promises. */
export async function isIntact({ hash, value }: StoredValue): Promise<boolean> {
  return (await sha256(value)) === hash;
}

/**
 * Reads what `encodeEvidence` has written.
 * @param values by hash, all of them intact
 */
export function decodeEvidence(
  hashes: EvidenceHashes,
  values: ReadonlyMap<string, string>,
): Result<Evidence> {
  const textOf = (...parts: readonly string[]) => parts.map((hash) => values.get(hash) ?? "").join("");
  try {
    const { positions, experiment, ...inputs } = parseStored(
      storedInputsSchema,
      unpackJson(textOf(...hashes.inputs)),
    );
    const spec = parseStored(evaluatedExperimentSchema.shape.spec, textOf(hashes.spec));
    const metricDefinitions = parseStored(
      evaluatedExperimentSchema.shape.metricDefinitions,
      textOf(hashes.metricDefinitions),
    );
    const result = parseStored(evaluationResultSchema, unpackJson(textOf(...hashes.result)));
    return ok({
      inputs: { ...inputs, experiment: { ...experiment, spec, metricDefinitions } },
      result,
      positions,
    });
  } catch {
    return err(
      "decision_not_replayable",
      "What this decision was computed from cannot be read by this version.",
    );
  }
}
