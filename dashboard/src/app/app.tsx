import { Route, Router } from "@solidjs/router";
import { QueryClientProvider } from "@tanstack/solid-query";
import { lazy } from "solid-js";
import { queryClient } from "#dashboard/data/query-client.ts";
import { OverviewPage } from "#dashboard/features/overview/overview-page.tsx";
import { AppShell } from "./app-shell.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { routes } from "./routes.ts";
import { SessionGate } from "./session-gate.tsx";

const AuditPage = lazy(() => import("#dashboard/features/audit/audit-page.tsx"));
const ConfigListPage = lazy(() => import("#dashboard/features/configs/config-list-page.tsx"));
const ConfigPage = lazy(() => import("#dashboard/features/configs/config-page.tsx"));
const EditExperimentPage = lazy(() => import("#dashboard/features/experiment-form/edit-experiment-page.tsx"));
const ExperimentListPage = lazy(() => import("#dashboard/features/experiments/experiment-list-page.tsx"));
const ExperimentPage = lazy(() => import("#dashboard/features/experiment/experiment-page.tsx"));
const HoldoutListPage = lazy(() => import("#dashboard/features/holdouts/holdout-list-page.tsx"));
const HoldoutPage = lazy(() => import("#dashboard/features/holdouts/holdout-page.tsx"));
const PortfolioPage = lazy(() => import("#dashboard/features/portfolio/portfolio-page.tsx"));
const WebhooksPage = lazy(() => import("#dashboard/features/webhooks/webhooks-page.tsx"));
const KeysPage = lazy(() => import("#dashboard/features/keys/keys-page.tsx"));
const MetricListPage = lazy(() => import("#dashboard/features/metrics/metric-list-page.tsx"));
const MetricPage = lazy(() => import("#dashboard/features/metrics/metric-page.tsx"));
const NewConfigPage = lazy(() => import("#dashboard/features/configs/new-config-page.tsx"));
const NewExperimentPage = lazy(() => import("#dashboard/features/experiment-form/new-experiment-page.tsx"));
const NewMetricPage = lazy(() => import("#dashboard/features/metrics/new-metric-page.tsx"));
const PrintPage = lazy(() => import("#dashboard/features/experiment/print-page.tsx"));
const SampleSizePage = lazy(() => import("#dashboard/features/planning/sample-size-page.tsx"));

/** Everything behind the sign-in; the address stays as it is, so that signing in leads where one wanted to go. */
export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <SessionGate>
        <Router root={AppShell}>
          <Route path={routes.overview.pattern} component={OverviewPage} />
          <Route path={routes.experiments.pattern} component={ExperimentListPage} />
          <Route path={routes.experiment.pattern} component={ExperimentPage} />
          <Route path={routes.editExperiment.pattern} component={EditExperimentPage} />
          <Route path={routes.printExperiment.pattern} component={PrintPage} />
          <Route path={routes.newExperiment.pattern} component={NewExperimentPage} />
          <Route path={routes.configs.pattern} component={ConfigListPage} />
          <Route path={routes.newConfig.pattern} component={NewConfigPage} />
          <Route path={routes.config.pattern} component={ConfigPage} />
          <Route path={routes.metrics.pattern} component={MetricListPage} />
          <Route path={routes.newMetric.pattern} component={NewMetricPage} />
          <Route path={routes.metric.pattern} component={MetricPage} />
          <Route path={routes.sampleSize.pattern} component={SampleSizePage} />
          <Route path={routes.holdouts.pattern} component={HoldoutListPage} />
          <Route path={routes.holdout.pattern} component={HoldoutPage} />
          <Route path={routes.keys.pattern} component={KeysPage} />
          <Route path={routes.portfolio.pattern} component={PortfolioPage} />
          <Route path={routes.webhooks.pattern} component={WebhooksPage} />
          <Route path={routes.audit.pattern} component={AuditPage} />
          <Route path="*" component={NotFoundPage} />
        </Router>
      </SessionGate>
    </QueryClientProvider>
  );
}
