import { getChainVerification, type LogChange, postReplay } from "#contract/decisions.ts";
import { replayedTotalsSchema } from "#log-reader/programs/replay.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { replayFromLog, replayFromStored } from "#results/replay.ts";
import { verifyChain } from "#results/verify-chain.ts";
import { ok } from "#shared/result.ts";
import { listAudit } from "#store/audit.ts";
import type { Database } from "#store/database.ts";
import type { Evidence } from "#store/evidence-codec.ts";
import { findRecordedDecision } from "#store/recorded-decision.ts";
import { replyFromLog } from "../http/reply-from-log.ts";
import { handle } from "../http/route.ts";
import { withExperiment } from "../http/with-experiment.ts";

async function isKeyQuarantinedSince(database: Database, at: number): Promise<boolean> {
  const [newest] = await listAudit(database, { limit: 1, action: "key.quarantine" });
  return newest !== undefined && newest.at > at;
}

function changesSince(
  { exclusions }: Experiment,
  { inputs }: Evidence,
  { erasedUnits, unlogged }: { erasedUnits: number; unlogged: number },
  isKeyQuarantined: boolean,
): LogChange[] {
  const erasedThen = inputs.totals.reduce((sum, totals) => sum + totals.erasedUnits, 0);
  return [
    ...(erasedUnits > erasedThen ? ["units_erased" as const] : []),
    ...(isKeyQuarantined ? ["keys_quarantined" as const] : []),
    ...(exclusions.length > inputs.experiment.exclusions.length ? ["time_excluded" as const] : []),
    ...(unlogged > 0 ? ["entries_not_logged" as const] : []),
  ];
}

export const decisionRoutes = [
  handle(
    getChainVerification,
    withExperiment(async ({ spec }, { query, context: { services } }) =>
      ok(await verifyChain(services.database, spec.key, query.kept)),
    ),
  ),
  handle(
    postReplay,
    withExperiment(async (experiment, { parameters, body, context: { services, environment } }) => {
      const { key } = experiment.spec;
      const at = Number(parameters.takenAt);
      const recorded = await findRecordedDecision(services.database, key, at);
      if (!recorded.ok) return recorded;
      const { evidence, record } = recorded.value;
      if (body.from === "stored") return ok(replayFromStored(evidence, record));
      const isKeyQuarantined = await isKeyQuarantinedSince(services.database, at);
      const question = { kind: "replay", experiment: key, decision: at } as const;
      return replyFromLog(environment, question, replayedTotalsSchema, ({ phases, ...now }) =>
        replayFromLog(evidence, record, phases, changesSince(experiment, evidence, now, isKeyQuarantined)),
      );
    }),
  ),
];
