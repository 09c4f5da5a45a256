import { readPrices } from "#config";
import { type ExportReply, exportLogs, exportTraces, type Signal } from "#contract/otlp.ts";
import { ingestTelemetry } from "#ingest/ingest-telemetry.ts";
import { withExperiments } from "#ingest/look-up.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { AttributionContext } from "#telemetry/attribution/experiments.ts";
import { mapLogs } from "#telemetry/mapping/map-logs.ts";
import { mapSpans } from "#telemetry/mapping/map-spans.ts";
import type { Observations } from "#telemetry/mapping/observations.ts";
import { encodeReply, toReply } from "#telemetry/otlp/answer.ts";
import { type Decoding, decodeLogs, decodeTraces } from "#telemetry/otlp/decode-json.ts";
import { bytes, type SpecialReply } from "../../http/reply.ts";
import { handleWithRuleset, type RulesetContext } from "../../http/route.ts";
import { encodingOf, readOtlp } from "./body.ts";
import { otlpFailures } from "./failure.ts";

/** Reads a request, records what of it concerns an experiment, and accounts for the rest. */
async function ingestOtlp<Item>(
  signal: Signal,
  decode: (raw: unknown) => Decoding<Item>,
  map: (items: readonly Item[], attributionContext: AttributionContext) => Observations,
  request: Request,
  context: RulesetContext,
): Promise<Result<ExportReply | SpecialReply>> {
  const raw = await readOtlp(request, signal);
  if (!raw.ok) return raw;
  const decoding = decode(raw.value);
  if (!decoding.ok) return err("malformed_telemetry", decoding.error);
  const { items, malformed } = decoding.value;
  const { metrics } = context.served.ruleset;
  const prices = readPrices(context.environment);
  const mapped = await withExperiments(context, (lookup) =>
    map(items, {
      experiment: (key) => lookup.experiment(key),
      experimentsOn: (config) => lookup.experimentsOn(config),
      metrics,
      prices,
    }),
  );
  if (!mapped.ok) return mapped;
  const observations = mapped.value;
  const recording = await ingestTelemetry(observations, context);
  if (!recording.ok) return recording;
  const { rejected, leftOut, warnings, failure } = recording.value;
  if (failure) return failure;
  const account = {
    total: items.length + malformed.length,
    ignored: observations.ignored,
    rejected: [...malformed, ...rejected.values()],
    leftOut: [...observations.leftOut, ...leftOut],
    unpriced: [...observations.unpriced],
    warnings,
  };
  const reply = toReply(account, signal);
  return encodingOf(request.headers) === "protobuf"
    ? ok(bytes(encodeReply(reply), "application/x-protobuf"))
    : ok(reply);
}

export const otlpRoutes = [
  handleWithRuleset(
    exportTraces,
    ({ request, context }) => ingestOtlp("traces", decodeTraces, mapSpans, request, context),
    otlpFailures,
  ),
  handleWithRuleset(
    exportLogs,
    ({ request, context }) => ingestOtlp("logs", decodeLogs, mapLogs, request, context),
    otlpFailures,
  ),
];
