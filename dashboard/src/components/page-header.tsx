import type { JSX } from "solid-js";
import "./page-header.css";

/** A page's title with what belongs beside it. */
export function PageHeader(props: { title: string; children?: JSX.Element }) {
  return (
    <header class="page-header">
      <h1>{props.title}</h1>
      {props.children}
    </header>
  );
}
