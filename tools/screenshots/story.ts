import type { z } from "zod";
import type { AssignedUnit } from "#demo/run/send-units.ts";
import type { aiConfigInputSchema, ConfigValue } from "#model/config/ai-config.ts";
import type { experimentInputSchema } from "#model/experiment/experiment.ts";

type ExperimentInput = z.input<typeof experimentInputSchema>;

/** One variant of a story: what the app would send, and whose recorded answers stand in for its own. */
export interface StoryArm {
  key: string;
  weight: number;
  version: number;
  /** Where each metric's values come from: a file of `demo/data` and a variant in it. */
  recorded: Readonly<Record<string, string>>;
}

/**
 * An AI config with an experiment on it, for pictures of the dashboard. Every value was recorded, but values of different
 * recordings stand side by side as if they belonged together: nothing can be learned from what such an experiment finds.
 */
export interface Story {
  config: z.input<typeof aiConfigInputSchema>;
  /** The versions after the first. */
  versions: readonly { value: ConfigValue; note: string }[];
  /** What was made live, one after another, before the experiment. */
  live: readonly { version: number; reason: string }[];
  arms: readonly StoryArm[];
  experiment: Omit<ExperimentInput, "config" | "variants" | "control">;
  /** None: it stays a draft. */
  units: number;
  /** Which of its units a faulty app loses sight of. */
  isLost?: (unit: AssignedUnit) => boolean;
  /** Does a guardrail end it? Then it does so before the first look of the schedule. */
  endsByGuardrail?: boolean;
}
