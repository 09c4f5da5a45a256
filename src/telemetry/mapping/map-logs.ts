import { type Claim, claimsOf, claimsOfOneUnit, flagClaimsOf } from "../attribution/claims.ts";
import type { AttributionContext } from "../attribution/experiments.ts";
import type { LogRecord } from "../otlp/otlp.ts";
import { mapEvent } from "./map-events.ts";
import { noObservations, type Observations } from "./observations.ts";

/** What flag evaluations among the records say, by trace. */
function evaluationsByTrace(records: readonly LogRecord[]): ReadonlyMap<string, readonly Claim[]> {
  const traces = Map.groupBy(records, ({ traceId }) => traceId ?? "");
  traces.delete("");
  return new Map([...traces].map(([traceId, inTrace]) => [traceId, claimsOfOneUnit(flagClaimsOf(inTrace))]));
}

/** What the log records of a request say of experiments: evaluations of flags are exposures, those of answers outcomes. */
export function mapLogs(records: readonly LogRecord[], attributionContext: AttributionContext): Observations {
  const observations = noObservations();
  const ofTrace = evaluationsByTrace(records);
  for (const [item, record] of records.entries()) {
    const { traceId = "", spanId, attributes, resource } = record;
    const levels = [claimsOf(attributes, resource), claimsOf(resource, resource), ofTrace.get(traceId) ?? []];
    const reason = mapEvent(record, { item, spanId, resource, levels }, attributionContext, observations);
    if (reason !== undefined) observations.ignored.push(reason);
    else observations.leftOut.push(...record.leftOut);
  }
  return observations;
}
