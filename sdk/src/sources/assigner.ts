import { assign } from "../../../src/assigner/assign.ts";
import type { AssignmentResult } from "../../../src/assigner/assignable-experiment.ts";
import { prepareRuleset } from "../../../src/assigner/prepared-ruleset.ts";
import type { ClientRuleset } from "../../../src/contract/ruleset.ts";
import { findAttributeError } from "../../../src/model/unit/attribute-bounds.ts";
import { pickAttributes } from "../../../src/model/unit/kept-attributes.ts";
import type { WaitUntil } from "../api.ts";
import { createExposureMemory } from "../client/exposure-memory.ts";
import type { Exposure } from "../types.ts";
import type { AssignmentQuery } from "./source.ts";

export interface LocalAssigner {
  /** Assigns by this ruleset from now on. @throws when it is damaged; the last one stays then */
  load(document: ClientRuleset): void;
  assign(
    config: string,
    question: AssignmentQuery,
    waitUntil: WaitUntil | undefined,
  ): AssignmentResult | { ok: false; code: "invalid_input" };
}

/**
 * The Worker's own assigner, which reports exposures once each: a file of its own, so that only clients in local mode
 * load it.
 */
export function createAssigner(
  expose: (exposure: Exposure, waitUntil: WaitUntil | undefined) => void,
): LocalAssigner {
  const memory = createExposureMemory();
  let ruleset = prepareRuleset({ version: 0, configs: [], experiments: [] });
  /** The attributes that experiments keep, by the experiment's key. */
  let kept: ReadonlyMap<string, readonly string[]> = new Map();
  return {
    load(document) {
      ruleset = prepareRuleset(document);
      kept = new Map(document.experiments.map(({ key, attributes = [] }) => [key, attributes]));
      memory.follow(ruleset);
    },
    assign(config, { unit, attributes, covariates, token }, waitUntil) {
      if (attributes && findAttributeError(attributes)) return { ok: false, code: "invalid_input" };
      const result = assign(ruleset, config, unit, attributes);
      if (!result.ok) return result;
      const arm = memory.meet(result.assignment, unit);
      if (arm) {
        const { experiment, variant, phase } = arm;
        const known = pickAttributes(kept.get(experiment) ?? [], attributes);
        const about = { covariates, attributes: known, token };
        expose({ experiment, unit, variant, phase, ...about }, waitUntil);
      }
      return result;
    },
  };
}
