import { z } from "zod";
import { ingestTelemetry } from "#ingest/ingest-telemetry.ts";
import { err, ok, type Result } from "#shared/result.ts";
import { type AttributionContext, createAttributionContext } from "#telemetry/attribution/experiments.ts";
import { mapLogs } from "#telemetry/mapping/map-logs.ts";
import { mapSpans } from "#telemetry/mapping/map-spans.ts";
import type { Observations } from "#telemetry/mapping/observations.ts";
import { encodeReply, exportReplySchema, SIGNALS, type Signal, toReply } from "#telemetry/otlp/answer.ts";
import { type Decoding, decodeLogs, decodeTraces } from "#telemetry/otlp/decode-json.ts";
import { defineRoute, type Reply, type RequestContext } from "../../http/route.ts";
import { encodingOf, readOtlp } from "./body.ts";
import { otlpFailures } from "./failure.ts";
import { readPrices } from "./price-settings.ts";

function attributionContextOf({ served, environment }: RequestContext): AttributionContext {
  const { experiments, metrics } = served.ruleset;
  return createAttributionContext(experiments, metrics, readPrices(environment));
}

/** Reads a request, records what of it concerns an experiment, and accounts for the rest. */
async function ingestOtlp<Item>(
  signal: Signal,
  decode: (raw: unknown) => Decoding<Item>,
  map: (items: readonly Item[], attributionContext: AttributionContext) => Observations,
  request: Request,
  context: RequestContext,
): Promise<Result<Reply<z.input<typeof exportReplySchema>>>> {
  const raw = await readOtlp(request, signal);
  if (!raw.ok) return raw;
  const decoding = decode(raw.value);
  if (!decoding.ok) return err("malformed_telemetry", decoding.error);
  const { items, malformed } = decoding.value;
  const observations = map(items, attributionContextOf(context));
  const { rejected, leftOut, warnings, failure } = await ingestTelemetry(observations, context);
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
    ? ok({ bytes: encodeReply(reply), contentType: "application/x-protobuf" })
    : ok({ json: reply });
}

const protobufSchema = z.string().meta({ format: "binary" });

const common = (signal: Signal) =>
  ({
    method: "POST",
    path: `/v1/otlp/v1/${signal}`,
    scope: "client",
    tag: "OpenTelemetry",
    crossOrigin: true,
    failures: otlpFailures,
    documentedBodies: {
      "application/json": z
        .looseObject({})
        .meta({ description: `An export request with ${SIGNALS[signal].items}, in OTLP's JSON mapping` }),
      "application/x-protobuf": protobufSchema,
    },
    documentedReplies: { "application/json": exportReplySchema, "application/x-protobuf": protobufSchema },
    reply: exportReplySchema,
  }) as const;

export const otlpRoutes = [
  defineRoute({
    ...common("traces"),
    summary: "OTLP/HTTP: spans of model calls are outcomes, flag evaluations in them exposures",
    handle: ({ request, context }) => ingestOtlp("traces", decodeTraces, mapSpans, request, context),
  }),
  defineRoute({
    ...common("logs"),
    summary: "OTLP/HTTP: flag evaluations are exposures, evaluation results outcomes",
    handle: ({ request, context }) => ingestOtlp("logs", decodeLogs, mapLogs, request, context),
  }),
];
