/** The steps of the form, in order, as they stand in the address. */
export const steps = ["question", "variants", "metrics", "decision", "review"] as const;
export type Step = (typeof steps)[number];

export const stepTitles: Record<Step, string> = {
  question: "What do you want to find out?",
  variants: "What is compared?",
  metrics: "What counts as better?",
  decision: "When is it decided?",
  review: "Review and start",
};

export const stepLabels: Record<Step, string> = {
  question: "Question",
  variants: "Variants",
  metrics: "Metrics",
  decision: "Decision",
  review: "Review",
};

const stepOfField: Record<string, Step> = {
  key: "question",
  name: "question",
  hypothesis: "question",
  kind: "question",
  config: "variants",
  variants: "variants",
  control: "variants",
  coverage: "variants",
  metrics: "metrics",
};

/** Where the field of an issue is to be found. */
export function stepOf(pointer: string): Step {
  return stepOfField[pointer.split("/")[1] ?? ""] ?? "decision";
}

export function isStep(text: unknown): text is Step {
  return steps.some((step) => step === text);
}
