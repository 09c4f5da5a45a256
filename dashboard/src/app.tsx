import { Route, Router } from "@solidjs/router";
import { QueryClientProvider } from "@tanstack/solid-query";
import { Show } from "solid-js";
import { AppShell } from "./components/app-shell.tsx";
import { queryClient } from "./data/query-client.ts";
import { apiKey } from "./data/session.ts";
import { ExperimentListPage } from "./pages/experiment-list-page.tsx";
import { ExperimentPage } from "./pages/experiment-page.tsx";
import { LoginPage } from "./pages/login-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { routes } from "./routes.ts";

/** Everything behind the login; the address stays as it is, so that logging in leads where one wanted to go. */
export function App() {
  return (
    <Show when={apiKey() !== null} fallback={<LoginPage />}>
      <QueryClientProvider client={queryClient}>
        <Router root={AppShell}>
          <Route path={routes.experiments.pattern} component={ExperimentListPage} />
          <Route path={routes.experiment.pattern} component={ExperimentPage} />
          <Route path="*" component={NotFoundPage} />
        </Router>
      </QueryClientProvider>
    </Show>
  );
}
