import { handleRequest } from "#api/http/handle-request.ts";
import { analyzeDueExperiments } from "#cron/analyze-due-experiments.ts";
import { archiveOldEvents } from "#cron/archive-old-events.ts";

export { ExperimentAggregator } from "#lifecycle/experiment-aggregator.ts";
export { LogReader } from "#log-reader/log-reader.ts";
export { KillSwitch } from "#ruleset/kill-switch.ts";

export default {
  fetch: handleRequest,
  scheduled: async (controller, environment) => {
    await analyzeDueExperiments(environment, controller.scheduledTime);
    await archiveOldEvents(environment, controller.scheduledTime);
  },
} satisfies ExportedHandler<Env>;
