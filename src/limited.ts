import { ExperimentAggregator as Aggregator } from "#lifecycle/experiment-aggregator.ts";
import { LogReader as Reader } from "#log-reader/log-reader.ts";
import { KillSwitch as Switch } from "#ruleset/kill-switch.ts";
import worker from "./index.ts";
import { answerChaos, isChaotic } from "./limits/chaos.ts";
import { asInvocation } from "./limits/invocation.ts";
import { limitEnvironment } from "./limits/limit-environment.ts";
import { limitStorage } from "./limits/limited-storage.ts";

/** The aggregator under Cloudflare's limits. */
export class ExperimentAggregator extends Aggregator {
  constructor(state: DurableObjectState, environment: Env) {
    limitStorage(state.storage);
    super(state, limitEnvironment(environment));
  }

  override look(...parameters: Parameters<Aggregator["look"]>): ReturnType<Aggregator["look"]> {
    return asInvocation(() => super.look(...parameters));
  }

  override alarm(): Promise<void> {
    return asInvocation(() => super.alarm());
  }

  /** Loses its memory, as on a new version of its code, with whatever it is about to do. */
  override async fetch(): Promise<Response> {
    if (isChaotic(this.env)) this.ctx.abort("Durable Object reset because its code was updated.");
    return new Response(null, { status: 404 });
  }
}

/** The kill switch under Cloudflare's limits. */
export class KillSwitch extends Switch {
  constructor(state: DurableObjectState, environment: Env) {
    limitStorage(state.storage);
    super(state, limitEnvironment(environment));
  }
}

/** The log reader under Cloudflare's limits. */
export class LogReader extends Reader {
  constructor(state: DurableObjectState, environment: Env) {
    limitStorage(state.storage);
    super(state, limitEnvironment(environment));
  }

  override read(...parameters: Parameters<Reader["read"]>): ReturnType<Reader["read"]> {
    return asInvocation(() => super.read(...parameters));
  }

  override alarm(): Promise<void> {
    return asInvocation(() => super.alarm());
  }
}

/** The Worker as local runs and tests have it: what works here works on Cloudflare's network. */
export default {
  fetch: async (request: Request, environment: Env, execution: Pick<ExecutionContext, "waitUntil">) =>
    (isChaotic(environment) && (await answerChaos(request, environment))) ||
    asInvocation(() => worker.fetch(request, limitEnvironment(environment), execution)),
  scheduled: (controller, environment) =>
    asInvocation(() => worker.scheduled(controller, limitEnvironment(environment))),
} satisfies ExportedHandler<Env>;
