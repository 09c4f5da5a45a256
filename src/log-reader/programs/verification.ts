import { phaseTotalsSchema } from "#aggregator/client.ts";
import { type VerifiedShard, verifyTotals } from "#aggregator/verify.ts";
import { emptyTotals } from "#analyzer/estimates/moments.ts";
import { Rebuild } from "#event-log/rebuild.ts";
import { ok } from "#shared/result.ts";
import { type Subject, shardTotalsName } from "../basis.ts";
import { type Program, rowNames, stateName } from "../program.ts";
import type { RunStorage } from "../run-storage.ts";
import { unitStateCodec } from "../unit-codecs.ts";
import { UnitRows } from "../unit-rows.ts";

/** Rebuilds the totals of every shard, and compares them with those that were counted live. */
export function verificationProgram({ experiment, shards }: Subject, storage: RunStorage): Program {
  const { spec, metricDefinitions, exclusions } = experiment;
  const names = rowNames(experiment);
  function* verifiedShards(): Generator<VerifiedShard> {
    for (const [step, { shard, unlogged }] of shards.entries()) {
      const live = storage.read(shardTotalsName(shard), phaseTotalsSchema) ?? [];
      const rebuilt = storage.read(stateName(step), phaseTotalsSchema) ?? [];
      yield { shard, live, rebuilt, unlogged };
    }
  }
  return {
    steps: shards.map(({ sources, maturedUntil }, step) => ({
      sources,
      open: () => {
        const nothing = [{ ...emptyTotals(names.variants), maturedUntil }];
        const phases = storage.read(stateName(step), phaseTotalsSchema) ?? nothing;
        const rows = new UnitRows(storage.sql, step, unitStateCodec(names));
        return new Rebuild(phases, metricDefinitions, exclusions, rows);
      },
    })),
    conclude: () => ok(verifyTotals(spec.key, verifiedShards())),
  };
}
