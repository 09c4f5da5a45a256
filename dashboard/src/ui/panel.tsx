import { createUniqueId, type JSX, Show } from "solid-js";
import "#dashboard/styles/panel.css";

/** A titled box; one question answered in each. */
export function Panel(props: { title: string; aside?: JSX.Element; children: JSX.Element }) {
  const id = createUniqueId();
  return (
    <section class="panel" aria-labelledby={id}>
      <header class="panel-header">
        <h2 id={id}>{props.title}</h2>
        <Show when={props.aside}>{props.aside}</Show>
      </header>
      {props.children}
    </section>
  );
}
