import type { PreparedRuleset } from "../../../src/assigner/prepared-ruleset.ts";
import { createFingerprintSet, type Fingerprint, fingerprintOf } from "../transport/fingerprint-set.ts";
import type { Assignment } from "../types.ts";

/** This many exposures, and up to as many before them, are known to have been told; told again one counts once. */
const REMEMBERED_EXPOSURES = 131_072;

/** The units of one variant in one phase. */
interface ExposedArm {
  experiment: string;
  variant: string;
  phase: number;
  name: Fingerprint;
}

export interface ExposureMemory {
  /** Knows the arms of this ruleset from now on, and no others. */
  follow(ruleset: PreparedRuleset): void;
  /** @returns the arm to report the unit in; nothing when that has been done, or when there is no experiment */
  meet(assignment: Readonly<Assignment>, unit: string): ExposedArm | undefined;
}

export function createExposureMemory(): ExposureMemory {
  const reported = createFingerprintSet(REMEMBERED_EXPOSURES);
  // Everybody in an arm is answered the same object: it leads to the arm faster than names would.
  let armOf = new Map<Readonly<Assignment>, ExposedArm>();

  return {
    follow({ configs }) {
      armOf = new Map();
      const results = [...configs.values()].flatMap(({ experiments, holdout }) => [
        ...experiments.flatMap(({ variants }) => variants.map(({ result }) => result)),
        ...(holdout ? [holdout.heldOutResult, ...holdout.comparisonResults.values()] : []),
      ]);
      for (const result of results) {
        if (!result.ok) continue;
        const { experiment, variant, phase } = result.assignment;
        if (experiment === null || variant === null || phase === null) continue;
        const name = fingerprintOf(JSON.stringify([experiment, variant, phase]));
        armOf.set(result.assignment, { experiment, variant, phase, name });
      }
    },
    meet(assignment, unit) {
      const arm = armOf.get(assignment);
      return arm && reported.add(arm.name, unit) ? arm : undefined;
    },
  };
}
