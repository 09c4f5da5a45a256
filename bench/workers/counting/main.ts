import { ExperimentAggregator as Aggregator } from "#lifecycle/experiment-aggregator.ts";
import { LogReader as Reader } from "#log-reader/log-reader.ts";
import { KillSwitch as Switch } from "#ruleset/kill-switch.ts";
import worker from "../../../src/index.ts";
import { COUNTS_PATH } from "../../cost/counts.ts";
import { watchTimers } from "./activity.ts";
import { countEnvironment } from "./count-environment.ts";
import { countState, measureMethods } from "./count-object.ts";
import { counts, writes } from "./counts.ts";

watchTimers();

/** The aggregator, which counts what it costs. */
export class ExperimentAggregator extends Aggregator {
  static {
    measureMethods(ExperimentAggregator.prototype, (object) =>
      object instanceof ExperimentAggregator ? object.ctx : object,
    );
  }

  constructor(state: DurableObjectState, environment: Env) {
    countState(state);
    super(state, countEnvironment(environment));
  }
}

/** The kill switch, which counts what it costs. */
export class KillSwitch extends Switch {
  static {
    measureMethods(KillSwitch.prototype, (object) => (object instanceof KillSwitch ? object.ctx : object));
  }

  constructor(state: DurableObjectState, environment: Env) {
    countState(state);
    super(state, countEnvironment(environment));
  }
}

/** The log reader, which counts what it costs. */
export class LogReader extends Reader {
  static {
    measureMethods(LogReader.prototype, (object) => (object instanceof LogReader ? object.ctx : object));
  }

  constructor(state: DurableObjectState, environment: Env) {
    countState(state);
    super(state, countEnvironment(environment));
  }
}

/** The Worker as it is deployed, with everything counted that Cloudflare bills. */
export default {
  fetch: (request: Request, environment: Env, execution: Pick<ExecutionContext, "waitUntil">) => {
    if (new URL(request.url).pathname === COUNTS_PATH)
      return Response.json({ counts, writes: Object.fromEntries(writes) });
    counts.workerRequests += 1;
    return worker.fetch(request, countEnvironment(environment), execution);
  },
  scheduled: (controller, environment) => worker.scheduled(controller, countEnvironment(environment)),
} satisfies ExportedHandler<Env>;
