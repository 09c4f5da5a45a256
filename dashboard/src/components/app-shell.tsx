import { A, type RouteSectionProps } from "@solidjs/router";
import { routes } from "../routes.ts";
import { Icon } from "./icon.tsx";
import { Logo } from "./logo.tsx";
import { SessionControls } from "./session-controls.tsx";
import "./app-shell.css";

/** The frame around every page: navigation at the side, or on top where the screen is narrow. */
export function AppShell(props: RouteSectionProps) {
  return (
    <div class="shell">
      <a class="shell-skip" href="#content">
        Skip to content
      </a>
      <header class="shell-side">
        <A class="shell-home" href={routes.experiments.path()}>
          <Logo />
        </A>
        <nav class="shell-nav" aria-label="Main">
          <A
            class="shell-link"
            href={routes.experiments.path()}
            activeClass=""
            aria-current={props.location.pathname.startsWith("/experiments") ? "true" : undefined}
          >
            <Icon name="flask" />
            Experiments
          </A>
        </nav>
        <SessionControls />
      </header>
      <main class="shell-main" id="content" tabindex="-1">
        {props.children}
      </main>
    </div>
  );
}
