import type { Arm, Metrics } from "#demo/run/scenario.ts";
import type { Target } from "#demo/run/send-units.ts";
import type { RecordedUnit } from "#demo/run/traffic.ts";
import { readSamples, type Samples } from "./samples.ts";
import type { Story, StoryArm } from "./story.ts";

/** What the exams of the recordings stand in for. */
const TOPICS: Record<string, string> = {
  "aqua-rat": "billing",
  arc: "products",
  hellaswag: "products",
  "logiqa-en": "warranty",
  "lsat-ar": "shipping",
  "lsat-lr": "shipping",
  "lsat-rc": "warranty",
  medmcqa: "returns",
  "sat-en": "returns",
  "sat-math": "billing",
};
const LANGUAGES = ["en", "en", "en", "de", "de", "fr"];
const PLANS = ["free", "free", "pro"];

/** A number that looks random and depends on the index alone. */
const scatter = (index: number, of: number): number => Math.floor(((index * 0.618_034) % 1) * of);

/** A conversation has one to three answers. */
const answersOf = (index: number): number => 1 + scatter(index + 3, 3);

export interface StoryTraffic {
  target: Target;
  units: RecordedUnit[];
}

async function samplesOf({ recorded }: StoryArm): Promise<Map<string, Samples>> {
  const read = Object.entries(recorded).map(async ([metric, address]) => {
    const samples = await readSamples(address);
    return [metric, samples] as const;
  });
  return new Map(await Promise.all(read));
}

function metricsAt(samples: ReadonlyMap<string, Samples>, index: number): Metrics {
  return Object.fromEntries(
    [...samples].flatMap(([metric, at]) => {
      const value = at(index).metrics[metric];
      return value === undefined ? [] : [[metric, value]];
    }),
  );
}

/** A story's conversations in the order of their arrival, the same in every run. */
export async function trafficOf(story: Story): Promise<StoryTraffic> {
  const samples = new Map<string, Map<string, Samples>>();
  for (const arm of story.arms) samples.set(arm.key, await samplesOf(arm));
  const versions = [story.config, ...story.versions];
  const arms: Arm[] = story.arms.map(({ key, version }) => ({
    key,
    recorded: key,
    value: versions[version - 1]?.value ?? {},
  }));
  const topicAt = samples.get(story.arms[0]?.key ?? "")?.get("task_success");
  const units = Array.from(
    { length: story.units },
    (_, index): RecordedUnit => ({
      unit: `conversation-${index}`,
      events: ({ key }) =>
        Array.from({ length: answersOf(index) }, (_answer, turn) =>
          metricsAt(samples.get(key) ?? new Map(), index + turn * story.units),
        ),
      properties: {
        topic: TOPICS[topicAt?.(index).exam ?? ""] ?? "other",
        language: LANGUAGES[scatter(index, LANGUAGES.length)] ?? "en",
        plan: PLANS[scatter(index + 1, PLANS.length)] ?? "free",
      },
    }),
  );
  return { target: { config: story.config, experiment: story.experiment, arms }, units };
}
