import { A, type RouteSectionProps } from "@solidjs/router";
import { For, Suspense } from "solid-js";
import { routes } from "../routes.ts";
import { Icon, type IconName } from "./icon.tsx";
import { Logo } from "./logo.tsx";
import { SessionControls } from "./session-controls.tsx";
import { Skeleton } from "./skeleton.tsx";
import { Toaster } from "./toaster.tsx";
import "./app-shell.css";

interface Place {
  title: string;
  icon: IconName;
  path: string;
}

/** The main navigation, in the order of a team's day. */
const places: readonly Place[] = [
  { title: "Overview", icon: "home", path: routes.overview.path() },
  { title: "Experiments", icon: "flask", path: routes.experiments.path() },
  { title: "AI configs", icon: "sliders", path: routes.configs.path() },
  { title: "Metrics", icon: "gauge", path: routes.metrics.path() },
  { title: "Sample size", icon: "ruler", path: routes.sampleSize.path() },
  { title: "API keys", icon: "key", path: routes.keys.path() },
  { title: "Audit", icon: "list", path: routes.audit.path() },
];

/** The frame around every page: navigation at the side, or on top where the screen is narrow. */
export function AppShell(props: RouteSectionProps) {
  const isAt = (path: string) =>
    path === "/" ? props.location.pathname === "/" : `${props.location.pathname}/`.startsWith(`${path}/`);
  return (
    <div class="shell">
      <a class="shell-skip" href="#content">
        Skip to content
      </a>
      <header class="shell-side">
        <A class="shell-home" href={routes.overview.path()}>
          <Logo />
        </A>
        <nav class="shell-nav" aria-label="Main">
          <For each={places}>
            {(place) => (
              <A
                class="shell-link"
                href={place.path}
                activeClass=""
                aria-current={isAt(place.path) ? "page" : undefined}
              >
                <Icon name={place.icon} />
                {place.title}
              </A>
            )}
          </For>
        </nav>
        <SessionControls />
      </header>
      <main class="shell-main" id="content" tabindex="-1">
        <Suspense fallback={<Skeleton label="Loading the page" rows={3} height="card" />}>
          {props.children}
        </Suspense>
      </main>
      <Toaster />
    </div>
  );
}
