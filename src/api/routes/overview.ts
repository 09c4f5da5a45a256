import { getOverview } from "#contract/overview.ts";
import { readOverview } from "#results/overview.ts";
import { ok } from "#shared/result.ts";
import { handle } from "../http/route.ts";

export const overviewRoutes = [
  handle(getOverview, async ({ context: { services } }) =>
    ok(await readOverview(services.database, services.now)),
  ),
];
