import { aggregatorsOf } from "#aggregator/client.ts";
import { getLoggedEvents } from "#contract/event-log.ts";
import { readEventPage } from "#event-log/page.ts";
import { ok } from "#shared/result.ts";
import { handle } from "../http/route.ts";
import { withExperiment } from "../http/with-experiment.ts";

export const eventLogRoutes = [
  handle(
    getLoggedEvents,
    withExperiment(async (experiment, { query, context: { services } }) => {
      const aggregators = aggregatorsOf(services.aggregators, experiment);
      await Promise.all(aggregators.map((aggregator) => aggregator.flush()));
      const { key } = experiment.spec;
      return ok(await readEventPage(services, key, query));
    }),
  ),
];
