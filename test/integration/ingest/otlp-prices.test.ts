import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { asJson, spanOf, spansOf, telemetrySender } from "#test/support/telemetry-sender.ts";
import worker from "../../../src/limited.ts";

const { requestOf } = telemetrySender();

describe("prices", () => {
  async function sendPriced(key: string, prices: unknown) {
    const execution = createExecutionContext();
    const [span = spanOf({})] = spansOf(key, 1);
    const attributes = {
      ...span.attributes,
      "gen_ai.usage.output_tokens": 10,
      "gen_ai.request.model": "small",
    };
    const request = requestOf({ body: asJson([{ ...span, attributes }]).slice() });
    const variables = { ...env, BAKEOFF_PRICES: prices };
    const response = await worker.fetch(request, variables, execution);
    await waitOnExecutionContext(execution);
    expect(response.status).toBe(200);
    const { events } = await succeed("GET", `/v1/experiments/${key}/events`);
    return events.at(-1).metrics.cost_usd;
  }

  it("make costs of usage, written as text or as a table", async () => {
    const table = { small: { input: 2, output: 10 } };
    for (const prices of [JSON.stringify(table), table]) {
      const { key } = await createExperiment();
      expect(await sendPriced(key, prices)).toBeCloseTo(0.0003, 12);
    }
  });

  it("that are malformed are complained of once, and cost nothing but the cost", async () => {
    const complaint = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { key } = await createExperiment();
    for (let round = 0; round < 2; round++) expect(await sendPriced(key, "{")).toBeUndefined();
    const complaints = complaint.mock.calls.filter(([first]) =>
      JSON.stringify(first).includes("BAKEOFF_PRICES"),
    );
    expect(complaints).toHaveLength(1);
    complaint.mockRestore();
  });
});
