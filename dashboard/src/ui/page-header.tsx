import { createEffect, type JSX } from "solid-js";
import "#dashboard/styles/page-header.css";

/** A page's title, on the page and on the browser's tab, with what belongs beside it. */
export function PageHeader(props: { title: string; children?: JSX.Element }) {
  createEffect(() => {
    document.title = `${props.title} · Bakeoff`;
  });
  return (
    <header class="page-header">
      <h1>{props.title}</h1>
      {props.children}
    </header>
  );
}
