import type { Scenario } from "../run/scenario.ts";
import { betterModel, sameModelTwice } from "./better-model.ts";
import { concisePrompt } from "./concise-prompt.ts";
import { fasterProvider } from "./faster-provider.ts";
import { modelUpgrade } from "./model-upgrade.ts";
import { stepByStep } from "./step-by-step.ts";
import { temperatureNoMatter, temperatureTooHigh } from "./temperature.ts";

export const SCENARIOS: readonly Scenario[] = [
  modelUpgrade,
  betterModel,
  concisePrompt,
  temperatureTooHigh,
  temperatureNoMatter,
  stepByStep,
  fasterProvider,
  sameModelTwice,
];
