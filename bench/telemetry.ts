import { mapSpans } from "#telemetry/mapping/map-spans.ts";
import { decodeTraces } from "#telemetry/otlp/decode-json.ts";
import { parseTelemetryJson } from "#telemetry/otlp/parse-json.ts";
import { TELEMETRY_BOMBS } from "#tools/builders/telemetry-bombs.ts";
import { attributionContext } from "#tools/builders/telemetry-builder.ts";

/** Below the 10,000 spans from which on a request is refused, and four times as little. */
const LARGE = 1_048_576;
const SMALL = LARGE / 4;
const ROUNDS = 7;

/** Four times as many bytes may take this much longer: more is a cost that grows faster than the request. */
const LIMIT = 8;
/** Shorter than this, a time says little of what it grows with. */
const NOTICEABLE_MILLISECONDS = 5;

const context = attributionContext();

/** The shortest of several tries, in milliseconds. */
function timeOf(text: string): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    const decoding = decodeTraces(parseTelemetryJson(text));
    if (decoding.ok) mapSpans(decoding.value.items, context);
    return performance.now() - start;
  });
  return Math.min(...times);
}

let hasFailed = false;
for (const [name, make] of Object.entries(TELEMETRY_BOMBS)) {
  const [small, large] = [timeOf(make(SMALL)), timeOf(make(LARGE))];
  const ratio = large / small;
  const isHeld = ratio <= LIMIT || large < NOTICEABLE_MILLISECONDS;
  hasFailed ||= !isHeld;
  console.log(
    `${name}: ${small.toFixed(1)} ms for 256 KiB, ${large.toFixed(1)} ms for 1 MiB, ${ratio.toFixed(1)} times` +
      ` (limit ${LIMIT}: ${isHeld ? "held" : "missed"})`,
  );
}
if (hasFailed) process.exitCode = 1;
