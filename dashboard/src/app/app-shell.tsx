import { type RouteSectionProps, useBeforeLeave } from "@solidjs/router";
import { Suspense } from "solid-js";
import { setDestination } from "#dashboard/data/renew-after-deployment.ts";
import { Skeleton } from "#dashboard/ui/skeleton.tsx";
import { Toaster } from "#dashboard/ui/toaster.tsx";
import { ShellSide } from "./app-shell-side.tsx";
import { CommandHost } from "./commands/command-host.tsx";
import { useFocusOnNavigation } from "./use-focus-on-navigation.ts";
import "./app-shell.css";

/** The frame around every page: navigation at the side, or behind a button on top where the screen is narrow. */
export function AppShell(props: RouteSectionProps) {
  let main: HTMLElement | undefined;
  useFocusOnNavigation(
    () => props.location.pathname,
    () => main,
  );
  useBeforeLeave(({ to }) => {
    if (typeof to === "string") setDestination(to);
  });
  return (
    <div class="shell">
      {/* External, so that the browser itself moves the focus, which the router would not. */}
      <a class="shell-skip" href="#content" rel="external">
        Skip to content
      </a>
      <ShellSide path={props.location.pathname} />
      <main class="shell-main" id="content" tabindex="-1" ref={main}>
        <Suspense fallback={<Skeleton label="Loading the page" rows={3} height="card" />}>
          {props.children}
        </Suspense>
      </main>
      <Toaster />
      <CommandHost />
    </div>
  );
}
