import { A } from "@solidjs/router";
import { createEffect, createSignal, For, on, onCleanup } from "solid-js";
import { Icon, type IconName } from "#dashboard/ui/icon.tsx";
import { keyHint } from "./commands/keys.ts";
import { openPalette } from "./commands/open-command-dialog.ts";
import { Logo } from "./logo.tsx";
import { routes } from "./routes.ts";
import { SessionControls } from "./session-controls.tsx";
import "#dashboard/styles/button.css";
import "./app-shell-side.css";

interface NavigationItem {
  title: string;
  icon: IconName;
  path: string;
}

/** The main navigation, in the order of a team's day. */
const places: readonly NavigationItem[] = [
  { title: "Overview", icon: "home", path: routes.overview.path() },
  { title: "Experiments", icon: "flask", path: routes.experiments.path() },
  { title: "AI configs", icon: "sliders", path: routes.configs.path() },
  { title: "Metrics", icon: "gauge", path: routes.metrics.path() },
  { title: "Holdouts", icon: "shield", path: routes.holdouts.path() },
  { title: "Sample size", icon: "ruler", path: routes.sampleSize.path() },
  { title: "API keys", icon: "key", path: routes.keys.path() },
  { title: "Webhooks", icon: "bell", path: routes.webhooks.path() },
  { title: "Audit log", icon: "list", path: routes.audit.path() },
];

/** Where one can go, and what belongs to the person at the screen. On narrow screens the lists fold away. */
export function ShellSide(props: { path: string }) {
  const [isOpen, setOpen] = createSignal(false);
  let side: HTMLElement | undefined;
  let toggle: HTMLButtonElement | undefined;
  createEffect(
    on(
      () => props.path,
      () => setOpen(false),
      { defer: true },
    ),
  );
  const isAt = (path: string) =>
    path === "/" ? props.path === "/" : `${props.path}/`.startsWith(`${path}/`);
  createEffect(() => {
    if (!isOpen()) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      toggle?.focus();
    };
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !side?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("keydown", onKeyDown);
    document.addEventListener("pointerdown", onPointerDown);
    onCleanup(() => {
      document.removeEventListener("keydown", onKeyDown);
      document.removeEventListener("pointerdown", onPointerDown);
    });
  });
  return (
    <header class="shell-side" data-open={isOpen() ? "" : undefined} ref={side}>
      <A class="shell-home" href={routes.overview.path()}>
        <Logo />
      </A>
      <button type="button" class="shell-search" onClick={openPalette}>
        <Icon name="search" />
        <span class="shell-search-word">Search</span>
        <span class="shell-search-keys" aria-hidden="true">
          <kbd>{keyHint("mod+k")}</kbd>
        </span>
      </button>
      <button
        type="button"
        class="icon-button shell-toggle"
        aria-expanded={isOpen()}
        aria-controls="shell-folded"
        aria-label="Menu"
        ref={toggle}
        onClick={() => setOpen(!isOpen())}
      >
        <Icon name={isOpen() ? "cross" : "menu"} />
      </button>
      <div class="shell-folded" id="shell-folded">
        <nav class="shell-nav" aria-label="Main">
          <For each={places}>
            {(place) => (
              <A
                class="shell-link"
                href={place.path}
                activeClass=""
                aria-current={isAt(place.path) ? "page" : undefined}
                onClick={() => setOpen(false)}
              >
                <Icon name={place.icon} />
                {place.title}
              </A>
            )}
          </For>
        </nav>
        <SessionControls />
      </div>
    </header>
  );
}
