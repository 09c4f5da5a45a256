import type { Population } from "./population.ts";
import type { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { scenario } from "./scenario-outline.ts";

/** How often tasks of a kind are done, as different as kinds of tasks are in recorded answers. The last kind is in no list. */
const RATES = { code: 0.15, math: 0.1, writing: 0.65, chat: 0.3 };
const TASKS = ["code", "math", "writing", "chat"] as const;
const strata = { attribute: "task", values: ["code", "math", "writing"] };

function drawTask(random: Random): (typeof TASKS)[number] {
  return TASKS[Math.floor(TASKS.length * random.uniform())] ?? "chat";
}

/** Successes that depend on the kind of the task, to which the effect is added. */
function successesByTask(): Population {
  return {
    effect: "added",
    baseline: 0.3,
    draw: (random, effect) => {
      const task = drawTask(random);
      return {
        requests: [{ task_success: random.uniform() < RATES[task] + effect ? 1 : 0 }],
        attributes: { task },
      };
    },
  };
}

const MEDIAN = 0.01;
const OF_TASK = { code: 0.8, math: 0.3, writing: -0.6, chat: -0.5 };
const OF_LENGTH = 0.7;
const SIGMA = 0.6;

/** Log-normal costs that depend on the kind of the task and the length of the prompt, which one unit in five does not tell. */
function costsByPrompt(): Population {
  const ofNoise = Math.exp((SIGMA ** 2 + OF_LENGTH ** 2) / 2);
  const ofTask = TASKS.reduce((sum, task) => sum + Math.exp(OF_TASK[task]), 0) / TASKS.length;
  return {
    effect: "factor",
    baseline: MEDIAN * ofNoise * ofTask,
    draw: (random, effect) => {
      const task = drawTask(random);
      const length = random.normal();
      const cost = MEDIAN * Math.exp(OF_TASK[task] + OF_LENGTH * length + SIGMA * random.normal());
      const isTold = random.uniform() < 0.8;
      return {
        requests: [{ cost_usd: (1 + effect) * cost }],
        attributes: { task, ...(isTold && { promptLength: Math.round(500 * Math.exp(length)) }) },
      };
    },
  };
}

const adjustFor = { strata, covariates: ["promptLength"] };

/** What is known of units from their attributes, evenly split and not. */
export const ATTRIBUTES: readonly Scenario[] = [
  scenario({
    key: "strata",
    title: "Success of 30 %, by kind of task",
    primary: "task_success",
    population: successesByTask(),
    adjustFor: { strata, covariates: [] },
  }),
  scenario({
    key: "uneven-strata",
    title: "The same, split 90/10",
    primary: "task_success",
    weights: [0.9, 0.1],
    population: successesByTask(),
    adjustFor: { strata, covariates: [] },
  }),
  scenario({
    key: "strata-and-length",
    title: "Log-normal cost, by kind of task and length",
    primary: "cost_usd",
    population: costsByPrompt(),
    adjustFor,
  }),
  scenario({
    key: "uneven-strata-and-length",
    title: "The same, split 90/10",
    primary: "cost_usd",
    weights: [0.9, 0.1],
    population: costsByPrompt(),
    adjustFor,
  }),
];
