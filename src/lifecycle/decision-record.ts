import type {
  ChainDraft,
  EvidenceHashes,
  MissingEvidence,
  RecordOutcome,
} from "#model/analysis/chain-record.ts";
import type { Decision } from "#model/analysis/decision.ts";
import { earlierLookOf } from "#model/analysis/earlier-look.ts";
import type { LogPosition } from "#model/analysis/evaluation-inputs.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import type { Evaluation } from "#results/evaluate.ts";
import { log } from "#shared/log.ts";
import type { Act } from "#store/audit.ts";
import type { Database } from "#store/database.ts";
import { appendRecord, hasRecordLike, storeValues } from "#store/decision-chain.ts";
import { encodeEvidence } from "#store/evidence-codec.ts";

/** What is on record of how a decision was computed: its values by their hashes, or why there are none. */
export type KeptEvidence = { engineVersion: string | null } & (
  | { evidence: EvidenceHashes; missing: null }
  | { evidence: null; missing: MissingEvidence }
);

/** An act that may follow from a decision. */
export interface RecordedAct extends Act {
  /** Of what was decided by itself. Where a person acts, there is none. */
  decided?: KeptEvidence & Pick<Decision, "variant"> & { code: Decision["reason"]["code"] };
}

const BY_A_PERSON = { engineVersion: null, evidence: null, missing: "person", code: null } as const;

/** The record of an act. @param outcome by default it is carried out together with its record */
export function draftOf(
  { spec, phases }: Pick<Experiment, "spec" | "phases">,
  { actor, reason, now, decided }: RecordedAct,
  { action, variant }: Pick<Decision, "action" | "variant">,
  outcome: RecordOutcome = { kind: "carried_out" },
): ChainDraft {
  const { engineVersion, evidence, missing, code } = decided ?? BY_A_PERSON;
  const phase = Math.max(0, phases.length - 1);
  const kept = { engineVersion, evidence, missing };
  return { experiment: spec.key, at: now, actor, action, variant, code, reason, outcome, phase, ...kept };
}

/**
 * Stores what an evaluation was computed from and what it came to. A failure is logged and noted in the record, because a
 * decision does not depend on its evidence being on record.
 * @param positions how far the log of every shard was counted
 */
export async function keepEvidence(
  database: Database,
  { snapshot, inputs: { experiment, context } }: Evaluation,
  positions: LogPosition[] | null,
): Promise<KeptEvidence> {
  const { takenAt: now, phases: totals, decision, guardrails, analysis } = snapshot;
  const { engineVersion } = analysis;
  const { previous, liveVersion, protectsOnly = false } = context;
  const { spec, metricDefinitions, startedAt, liveVersionAtStart, phases, pauses, switchedOff } = experiment;
  const { acceptances, exclusions, rebuildPendingSince, recounts, doubts } = experiment;
  try {
    const encoded = await encodeEvidence({
      inputs: {
        experiment: {
          ...{ spec, metricDefinitions, startedAt, liveVersionAtStart, phases, pauses, switchedOff },
          // Only the newest one counts.
          ...{ acceptances: acceptances.slice(-1), exclusions, rebuildPendingSince, recounts, doubts },
        },
        ...{ now, totals, liveVersion: liveVersion ?? null, protectsOnly },
        previous: previous ? earlierLookOf(previous) : null,
      },
      result: { decision, guardrails, analysis },
      positions,
    });
    if (!encoded) return { engineVersion, evidence: null, missing: "too_large" };
    await storeValues(database, encoded.values);
    return { engineVersion, evidence: encoded.hashes, missing: null };
  } catch (cause) {
    log("error", "what a decision was computed from could not be stored", {
      experiment: experiment.spec.key,
      cause,
    });
    return { engineVersion, evidence: null, missing: "not_stored" };
  }
}

/**
 * Records a decision that changed nothing: it waits, or it was refused. Only the first of a kind is kept. A failure is logged and
 * nothing else.
 */
export async function recordUneventful(database: Database, draft: ChainDraft): Promise<void> {
  try {
    if (!(await hasRecordLike(database, draft))) await appendRecord(database, draft);
  } catch (cause) {
    log("error", "a decision is not among the recorded ones", { experiment: draft.experiment, cause });
  }
}
