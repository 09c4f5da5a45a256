import type { Route } from "../http/route.ts";
import { growthbookRoutes } from "../protocols/growthbook/routes.ts";
import { ofrepRoutes } from "../protocols/ofrep/routes.ts";
import { otlpRoutes } from "../protocols/otlp/routes.ts";
import { assignRoutes } from "./assignments.ts";
import { auditRoutes } from "./audit.ts";
import { clientPackageRoutes } from "./client-package.ts";
import { configRoutes } from "./configs.ts";
import { decisionRoutes } from "./decisions.ts";
import { erasureRoutes } from "./erasures.ts";
import { eventLogRoutes } from "./event-log.ts";
import { eventRoutes } from "./events.ts";
import { experimentRoutes } from "./experiments.ts";
import { explanationRoutes } from "./explanations.ts";
import { exposureRoutes } from "./exposures.ts";
import { holdoutRoutes } from "./holdouts.ts";
import { keyRoutes } from "./keys.ts";
import { metricRoutes } from "./metrics.ts";
import { monitoringRoutes } from "./monitoring.ts";
import { overviewRoutes } from "./overview.ts";
import { portfolioRoutes } from "./portfolio.ts";
import { releaseRoutes } from "./releases.ts";
import { reportRoutes } from "./reports.ts";
import { resultRoutes } from "./results.ts";
import { rulesetRoutes } from "./ruleset.ts";
import { sampleSizeRoutes } from "./sample-size.ts";
import { seriesRoutes } from "./series.ts";
import { sessionRoutes } from "./session.ts";
import { transitionRoutes } from "./transitions.ts";
import { unitHashRoutes } from "./unit-hashes.ts";
import { unitHistoryRoutes } from "./unit-history.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Every route that needs a key, the busiest first: the router asks them in this order. */
export const ROUTES: readonly Route[] = [
  ...assignRoutes,
  ...eventRoutes,
  ...exposureRoutes,
  ...otlpRoutes,
  ...rulesetRoutes,
  ...ofrepRoutes,
  ...growthbookRoutes,
  ...overviewRoutes,
  ...resultRoutes,
  ...decisionRoutes,
  ...eventLogRoutes,
  ...reportRoutes,
  ...portfolioRoutes,
  ...seriesRoutes,
  ...experimentRoutes,
  ...transitionRoutes,
  ...configRoutes,
  ...releaseRoutes,
  ...holdoutRoutes,
  ...metricRoutes,
  ...sampleSizeRoutes,
  ...sessionRoutes,
  ...clientPackageRoutes,
  ...keyRoutes,
  ...explanationRoutes,
  ...erasureRoutes,
  ...unitHashRoutes,
  ...unitHistoryRoutes,
  ...auditRoutes,
  ...webhookRoutes,
  ...monitoringRoutes,
];
