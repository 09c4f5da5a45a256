import type { PreparedRuleset } from "../../src/assigner/prepared-ruleset.ts";
import type { Assignment } from "./types.ts";

/** This many exposures, and as many before them, are known to have been told; forgetting costs only repetition. */
const REMEMBERED_EXPOSURES = 131_072;

/** The units of one variant in one period. Two generations forget what is old at the cost of one look-up more. */
interface Arm {
  experiment: string;
  variant: string;
  period: number;
  recent: Set<string>;
  older: Set<string>;
}

export interface ExposureMemory {
  /** Remembers the arms of this ruleset from now on, and no others. */
  follow(ruleset: PreparedRuleset): void;
  /** @returns the arm to report the unit in; nothing when that has been done, or when there is no experiment */
  meet(assignment: Readonly<Assignment>, unit: string): Arm | undefined;
}

export function createExposureMemory(): ExposureMemory {
  let arms = new Map<string, Arm>();
  // Everybody in an arm is answered the same object: it leads to the arm faster than names would.
  let armOf = new Map<Readonly<Assignment>, Arm>();
  let remembered = 0;

  function startGeneration(): void {
    for (const arm of arms.values()) {
      arm.older = arm.recent;
      arm.recent = new Set();
    }
    remembered = 0;
  }

  return {
    follow({ configs }) {
      const known = arms;
      arms = new Map();
      armOf = new Map();
      const variants = [...configs.values()].flatMap(({ experiments }) =>
        experiments.flatMap((experiment) => experiment.variants),
      );
      for (const { result } of variants) {
        if (!result.ok) continue;
        const { experiment, variant, period } = result.assignment;
        if (experiment === null || variant === null || period === null) continue;
        const name = JSON.stringify([experiment, variant, period]);
        const empty = { experiment, variant, period, recent: new Set<string>(), older: new Set<string>() };
        const arm = known.get(name) ?? empty;
        arms.set(name, arm);
        armOf.set(result.assignment, arm);
      }
    },
    meet(assignment, unit) {
      const arm = armOf.get(assignment);
      if (!arm || arm.recent.has(unit)) return undefined;
      const isNew = !arm.older.has(unit);
      if (remembered++ >= REMEMBERED_EXPOSURES) startGeneration();
      arm.recent.add(unit);
      return isNew ? arm : undefined;
    },
  };
}
