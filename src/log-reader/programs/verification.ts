import { phaseTotalsSchema } from "#aggregator/client.ts";
import { type VerifiedShard, verifyTotals } from "#aggregator/verify.ts";
import { ok } from "#shared/result.ts";
import { type Subject, shardTotalsName } from "../basis.ts";
import type { Program } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";
import { rebuildingSteps, rebuiltBy } from "./rebuild-shards.ts";

/** Rebuilds the totals of every shard, and compares them with those that were counted live. */
export function verificationProgram(subject: Subject, storage: RunStorage): Program {
  function* verifiedShards(): Generator<VerifiedShard> {
    for (const [step, { shard, unlogged }] of subject.shards.entries()) {
      const live = storage.read(shardTotalsName(shard), phaseTotalsSchema) ?? [];
      yield { shard, live, rebuilt: rebuiltBy(step, storage), unlogged };
    }
  }
  return {
    steps: rebuildingSteps(subject, storage),
    conclude: () => ok(verifyTotals(subject.experiment.spec.key, verifiedShards())),
  };
}
