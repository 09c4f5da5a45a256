import { createEffect, For, onCleanup, Show } from "solid-js";
import { dismiss, type Toast, toasts } from "#dashboard/data/toasts.ts";
import { IconButton } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import "./toaster.css";

/** Long enough to read; what went wrong stays until it is dismissed. */
const SHOWN_MILLISECONDS = 6_000;

const icons: Record<Toast["tone"], IconName> = { neutral: "clock", better: "check", worse: "alert" };

function ToastMessage(props: { toast: Toast }) {
  createEffect(() => {
    if (props.toast.tone === "worse") return;
    const timer = setTimeout(() => dismiss(props.toast.id), SHOWN_MILLISECONDS);
    onCleanup(() => clearTimeout(timer));
  });
  return (
    <li class="toast" data-tone={props.toast.tone}>
      <Icon name={icons[props.toast.tone]} />
      <div class="toast-text">
        <p class="toast-title">{props.toast.title}</p>
        <Show when={props.toast.detail}>
          <p class="toast-detail">{props.toast.detail}</p>
        </Show>
      </div>
      <IconButton icon="cross" label="Dismiss" onClick={() => dismiss(props.toast.id)} />
    </li>
  );
}

/** What just happened, in a corner; read out by screen readers without taking the focus. */
export function Toaster() {
  return (
    <section class="toaster" aria-label="Messages" aria-live="polite">
      <ul class="toaster-list">
        <For each={toasts()}>{(toast) => <ToastMessage toast={toast} />}</For>
      </ul>
    </section>
  );
}
