import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { postRelease } from "#contract/releases.ts";
import { startRelease } from "#lifecycle/start-release.ts";
import { handle } from "../http/route.ts";

export const releaseRoutes = [
  handle(postRelease, ({ parameters, body, context: { services, act, environment } }) =>
    startRelease(services.database, parameters.key, body, {
      ...act(body.reason),
      unitKeyId: unitHashesOf(environment).currentId,
    }),
  ),
];
