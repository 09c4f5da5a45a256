import { handleRequest } from "./api/handle-request.ts";
import { analyseDueExperiments } from "./cron/analyse-due-experiments.ts";

export { ExperimentAggregator } from "./lifecycle/experiment-aggregator.ts";
export { KillSwitch } from "./ruleset/kill-switch.ts";

export default {
  fetch: handleRequest,
  scheduled: (controller, environment) => analyseDueExperiments(environment, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
