import { assignRoutes } from "./assign-routes.ts";
import { auditRoutes } from "./audit-routes.ts";
import { clientPackageRoutes } from "./client-package-routes.ts";
import { configRoutes } from "./config-routes.ts";
import { eventRoutes } from "./event-routes.ts";
import { experimentRoutes } from "./experiment-routes.ts";
import { exposureRoutes } from "./exposure-routes.ts";
import { growthbookRoutes } from "./growthbook-routes.ts";
import { interactionRoutes } from "./interaction-routes.ts";
import { keyRoutes } from "./key-routes.ts";
import { metricRoutes } from "./metric-routes.ts";
import { ofrepRoutes } from "./ofrep-routes.ts";
import { otlpRoutes } from "./otlp-routes.ts";
import { overviewRoutes } from "./overview-routes.ts";
import { reportRoutes } from "./report-routes.ts";
import { resultRoutes } from "./result-routes.ts";
import type { AnyRoute } from "./route.ts";
import { rulesetRoutes } from "./ruleset-routes.ts";
import { sampleSizeRoutes } from "./sample-size-routes.ts";
import { segmentRoutes } from "./segment-routes.ts";
import { seriesRoutes } from "./series-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { transitionRoutes } from "./transition-routes.ts";
import { winsorisedRoutes } from "./winsorised-routes.ts";

/** Every route that needs a key, the busiest first: the router asks them in this order. */
export const ROUTES: readonly AnyRoute[] = [
  ...assignRoutes,
  ...eventRoutes,
  ...exposureRoutes,
  ...otlpRoutes,
  ...rulesetRoutes,
  ...ofrepRoutes,
  ...growthbookRoutes,
  ...overviewRoutes,
  ...resultRoutes,
  ...reportRoutes,
  ...seriesRoutes,
  ...segmentRoutes,
  ...interactionRoutes,
  ...winsorisedRoutes,
  ...experimentRoutes,
  ...transitionRoutes,
  ...configRoutes,
  ...metricRoutes,
  ...sampleSizeRoutes,
  ...sessionRoutes,
  ...clientPackageRoutes,
  ...keyRoutes,
  ...auditRoutes,
];
