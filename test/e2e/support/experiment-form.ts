/// <reference lib="dom" />
import type { Page } from "playwright-core";
import type { ApiClient } from "#contract/client.ts";
import { getConfigVersions } from "#contract/configs.ts";
import { getExperiment, postExperiment } from "#contract/experiments.ts";
import type { AiConfigVersion } from "#model/config/ai-config.ts";
import type { Experiment } from "#model/experiment/experiment.ts";
import { createVersions } from "./create-config.ts";

export const liveValue = {
  model: "small-model",
  provider: "acme",
  prompt: "Answer the question in detail, step by step.",
  system_prompt: "You are a helpful assistant.",
  parameters: { temperature: 0.9 },
  context: { strategy: "vector", top_k: 4 },
};

/** What tests of the form have in the API. */
export class FormWorld {
  readonly #admin: ApiClient;
  #configs = 0;

  constructor(admin: ApiClient) {
    this.#admin = admin;
  }

  /** An AI config of its own for each test, since only one experiment may run on each. */
  async newConfig(): Promise<string> {
    this.#configs += 1;
    const key = `answer-${this.#configs}`;
    await createVersions(this.#admin, key, [liveValue]);
    return key;
  }

  async newDraft(key: string, config: string, more: object = {}): Promise<void> {
    const body = {
      key,
      name: `About ${key}`,
      kind: "prompt",
      config,
      variants: [
        { key: "long", version: 1, weight: 0.7 },
        { key: "short", version: 1, weight: 0.3 },
      ],
      control: "long",
      metrics: [
        { metric: "task_success", role: "primary" },
        { metric: "latency_ms", role: "guardrail", margin: { kind: "relative", value: 0.15 } },
      ],
      maximumUnits: 4_000,
      ...more,
    };
    await this.#admin.call(postExperiment, { body });
  }

  read(key: string): Promise<Experiment> {
    return this.#admin.call(getExperiment, { params: { key } });
  }

  async readVersions(config: string): Promise<AiConfigVersion[]> {
    return (await this.#admin.call(getConfigVersions, { params: { key: config } })).versions;
  }
}

/** The card of the one treatment. */
export const treatment = (page: Page) => page.locator("section.variant-card").nth(1);
export const goOn = (page: Page) => page.getByRole("button", { name: /^Continue to/ }).click();
export const goTo = (page: Page, step: string) =>
  page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name: step }).click();
export const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 2 }).waitFor();

export async function fillTemplate(page: Page, question: string, key: string): Promise<void> {
  await page.getByRole("radio", { name: question }).check();
  await page.getByLabel("Key", { exact: true }).fill(key);
}

/** What stands in the field that has the focus. */
export function focusedValue(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const at = document.activeElement;
    return at instanceof HTMLInputElement ? at.value : undefined;
  });
}
