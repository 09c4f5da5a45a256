import { type FeatureApiResponse, GrowthBookClient } from "@growthbook/growthbook";

interface Asked {
  config: string;
  unit: string;
}
interface Body extends Asked {
  requests?: Asked[];
  context?: { targetingKey: string };
}

/** The experiment of the measurement as GrowthBook describes it. */
const payload: FeatureApiResponse = {
  features: {
    bench: {
      defaultValue: { model: "small", prompt: "Answer in one sentence." },
      rules: [
        {
          key: "bench",
          seed: "bench",
          hashAttribute: "id",
          hashVersion: 2,
          variations: [
            { model: "small", prompt: "Answer in one sentence." },
            { model: "large", prompt: "Answer in one sentence." },
          ],
          weights: [0.5, 0.5],
          meta: [{ key: "control" }, { key: "treatment" }],
        },
      ],
    },
  },
};
const client = new GrowthBookClient().initSync({ payload });

/** As much as Bakeoff answers. */
function evaluate(unit: string): object {
  const { value, experimentResult } = client.evalFeature("bench", { attributes: { id: unit } });
  return {
    config: "bench",
    unit,
    experiment: "bench",
    variant: experimentResult?.key ?? null,
    phase: 0,
    version: (experimentResult?.variationId ?? 0) + 1,
    value,
    reason: "SPLIT",
  };
}

/** What GrowthBook's SDK takes in a Worker for the same requests, with its payload in memory. */
export default {
  async fetch(request) {
    const { requests, unit, context } = await request.json<Body>();
    return Response.json(
      requests
        ? { assignments: requests.map((one) => evaluate(one.unit)), rulesetVersion: 1, stale: false }
        : { ...evaluate(context?.targetingKey ?? unit), rulesetVersion: 1, stale: false },
    );
  },
} satisfies ExportedHandler;
