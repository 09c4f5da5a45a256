import { Route, Router } from "@solidjs/router";
import { QueryClientProvider } from "@tanstack/solid-query";
import { lazy } from "solid-js";
import { AppShell } from "./components/app-shell.tsx";
import { SessionGate } from "./components/session-gate.tsx";
import { queryClient } from "./data/query-client.ts";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { OverviewPage } from "./pages/overview/overview-page.tsx";
import { routes } from "./routes.ts";

const AuditPage = lazy(() => import("./pages/audit/audit-page.tsx"));
const ConfigListPage = lazy(() => import("./pages/configs/config-list-page.tsx"));
const ConfigPage = lazy(() => import("./pages/configs/config-page.tsx"));
const EditExperimentPage = lazy(() => import("./pages/experiment-form/edit-experiment-page.tsx"));
const ExperimentListPage = lazy(() => import("./pages/experiments/experiment-list-page.tsx"));
const ExperimentPage = lazy(() => import("./pages/experiment/experiment-page.tsx"));
const KeysPage = lazy(() => import("./pages/keys/keys-page.tsx"));
const MetricListPage = lazy(() => import("./pages/metrics/metric-list-page.tsx"));
const MetricPage = lazy(() => import("./pages/metrics/metric-page.tsx"));
const NewConfigPage = lazy(() => import("./pages/configs/new-config-page.tsx"));
const NewExperimentPage = lazy(() => import("./pages/experiment-form/new-experiment-page.tsx"));
const NewMetricPage = lazy(() => import("./pages/metrics/new-metric-page.tsx"));
const PrintPage = lazy(() => import("./pages/experiment/print-page.tsx"));
const SampleSizePage = lazy(() => import("./pages/planning/sample-size-page.tsx"));

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
          <Route path={routes.keys.pattern} component={KeysPage} />
          <Route path={routes.audit.pattern} component={AuditPage} />
          <Route path="*" component={NotFoundPage} />
        </Router>
      </SessionGate>
    </QueryClientProvider>
  );
}
