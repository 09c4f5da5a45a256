import type { Page } from "playwright-core";

/** One picture of the dashboard. */
export interface Shot {
  name: string;
  path: string;
  /** Elements that come after everything else, such as plots. */
  shows?: string;
  /** What a person would do first. */
  prepare?: (page: Page) => Promise<void>;
  /** Is it about something that lies over the page? Then only the screen is photographed. */
  screenOnly?: boolean;
  signedOut?: boolean;
}

const PLOT = "svg.interval-figure, .interval-figure svg";
const HERO = "/experiments/support-model";
const NEW = "/new/experiment?kind=model&config=ticket-summary";

/** Before anything exists. */
export const shotsOfNothing: readonly Shot[] = [
  { name: "login", path: "/", signedOut: true },
  { name: "overview-empty", path: "/" },
];

/** Names the model that is to be compared and goes to a step. */
const atStep =
  (step: string) =>
  async (page: Page): Promise<void> => {
    await page
      .locator("section.variant-card")
      .nth(1)
      .getByLabel("Model", { exact: true })
      .fill("claude-3-opus");
    await page.getByRole("heading", { name: "Changes from control" }).waitFor();
    if (step === "Variants") return;
    await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: step }).click();
    await page.locator(`[aria-current="step"]`, { hasText: step }).waitFor();
  };

export const shotsOfWorld: readonly Shot[] = [
  { name: "overview", path: "/" },
  { name: "experiments", path: "/experiments" },
  { name: "experiments-filtered", path: "/experiments?status=running&kind=prompt" },
  { name: "experiment-results", path: HERO, shows: PLOT },
  { name: "experiment-results-table", path: `${HERO}?view=table`, shows: PLOT },
  { name: "experiment-segments", path: `${HERO}?tab=segments&property=topic` },
  { name: "experiment-traffic", path: `${HERO}?tab=traffic`, shows: PLOT },
  { name: "experiment-decisions", path: `${HERO}?tab=decisions` },
  { name: "experiment-setup", path: `${HERO}?tab=setup` },
  { name: "experiment-print", path: `${HERO}/print` },
  { name: "experiment-promoted", path: "/experiments/concise-summaries", shows: PLOT },
  { name: "experiment-rolled-back", path: "/experiments/livelier-replies" },
  { name: "experiment-on-hold", path: "/experiments/more-passages", shows: PLOT },
  { name: "experiment-on-hold-traffic", path: "/experiments/more-passages?tab=traffic", shows: PLOT },
  { name: "experiment-adaptive", path: "/experiments/best-greeting" },
  { name: "experiment-draft", path: "/experiments/warmer-order-status" },
  {
    name: "new-experiment-question",
    path: "/new/experiment?config=ticket-summary",
    prepare: (page) => page.getByRole("radio", { name: "Which model is better?" }).check(),
  },
  { name: "new-experiment-variants", path: `${NEW}&step=variants`, prepare: atStep("Variants") },
  { name: "new-experiment-metrics", path: `${NEW}&step=variants`, prepare: atStep("Metrics") },
  { name: "new-experiment-decision", path: `${NEW}&step=variants`, prepare: atStep("Decision") },
  { name: "new-experiment-review", path: `${NEW}&step=variants`, prepare: atStep("Review") },
  { name: "edit-draft", path: "/experiments/warmer-order-status/edit" },
  { name: "edit-running", path: `${HERO}/edit` },
  { name: "configs", path: "/configs" },
  { name: "config-live", path: "/configs/support-answer" },
  { name: "config-versions", path: "/configs/support-answer?tab=versions&compare=3..4" },
  { name: "config-history", path: "/configs/support-answer?tab=history" },
  { name: "config-connect", path: "/configs/support-answer?tab=connect" },
  { name: "config-new-version", path: "/configs/support-answer?from=3" },
  { name: "new-config", path: "/new/config" },
  { name: "metrics", path: "/metrics" },
  { name: "metric", path: "/metrics/latency_ms", shows: ".preview svg" },
  { name: "new-metric", path: "/new/metric" },
  {
    name: "sample-size",
    path: "/sample-size?unitsPerDay=800&costPerUnit=0.02&maximumUnits=12000",
    shows: PLOT,
  },
  { name: "keys", path: "/keys" },
  { name: "audit", path: "/audit" },
  { name: "not-found", path: "/nowhere" },
  {
    name: "command-palette",
    path: "/",
    screenOnly: true,
    prepare: async (page) => {
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByRole("dialog").getByRole("combobox").fill("su");
    },
  },
  {
    name: "shortcuts",
    path: "/experiments",
    screenOnly: true,
    prepare: async (page) => {
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  },
];
