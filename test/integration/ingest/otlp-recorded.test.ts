/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, it } from "vitest";
import { recordedFileSchema } from "#test/support/otel-cases.ts";
import { expectOutcome, sendSpans } from "#test/support/otel-results.ts";
import { telemetrySender } from "#test/support/telemetry-sender.ts";

const files = import.meta.glob("../../vectors/otel/{recorded,written}/*.json", {
  eager: true,
  import: "default",
});

/** What OpenAI and Anthropic ask for a million tokens, as the recordings' costs expect it. */
const PRICES = {
  "gpt-4o": { input: 2.5, output: 10, cached_input: 1.25 },
  "claude-sonnet-4-5": { input: 3, output: 15, cached_input: 0.3, cache_write: 3.75 },
};

const sender = telemetrySender();

/** Moves all times of a request so that its last span has just ended. */
function movedToNow(text: string): string {
  const times = [...text.matchAll(/"endTimeUnixNano":"(\d+)"/g)].flatMap(([, time]) => time ?? []);
  const last = BigInt(times.sort().at(-1) ?? 0);
  const shift = BigInt(Date.now()) * 1_000_000n - last;
  return text.replaceAll(
    /"((?:start|end)?[tT]imeUnixNano)":"(\d+)"/g,
    (_match, name, time) => `"${name}":"${BigInt(time) + shift}"`,
  );
}

describe("spans as instrumentations make them", () => {
  it.each(Object.entries(files))(
    "%s come out as what happened, with nothing of what was said",
    async (_file, raw) => {
      const { request, expected } = recordedFileSchema.parse(raw);
      const results = await sendSpans(sender, {
        prices: PRICES,
        bodyFor: ({ key }) =>
          movedToNow(JSON.stringify(request)).replaceAll(
            '"stringValue":"experiment"',
            `"stringValue":"${key}"`,
          ),
      });
      expectOutcome(results, expected);
      expect(JSON.stringify(results.events)).not.toMatch(/Oslo|Twelve/);
    },
  );
});
