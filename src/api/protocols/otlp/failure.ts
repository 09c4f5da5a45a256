import { encodeStatus, rpcStatusSchema } from "#telemetry/otlp/answer.ts";
import type { FailureFormat } from "../../http/route.ts";
import { encodingOf } from "./body.ts";

/** Senders repeat a request only after some statuses, of which 500 is none; repeating one is harmless. */
function statusOf(status: number): number {
  return status === 500 ? 503 : status;
}

/** OTLP answers in the encoding of the request, with a google.rpc.Status. */
export const otlpFailures: FailureFormat = {
  schema: rpcStatusSchema,
  format({ status, detail }, _parameters, requestHeaders) {
    if (encodingOf(requestHeaders) !== "protobuf") {
      return { status: statusOf(status), body: JSON.stringify({ message: detail }) };
    }
    return {
      status: statusOf(status),
      body: encodeStatus(detail),
      contentType: "application/x-protobuf",
    };
  },
};
