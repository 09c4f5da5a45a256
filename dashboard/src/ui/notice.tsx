import { type JSX, Show } from "solid-js";
import { Icon, type IconName } from "./icon.tsx";
import "./notice.css";

/** A page's or a panel's place holder: nothing here yet, or something went wrong, and what to do about it. */
export function Notice(props: {
  icon: IconName;
  tone: "neutral" | "worse";
  title: string;
  children: JSX.Element;
  action?: JSX.Element;
}) {
  return (
    <div class="notice" data-tone={props.tone} role={props.tone === "worse" ? "alert" : undefined}>
      <span class="notice-icon">
        <Icon name={props.icon} />
      </span>
      <h2>{props.title}</h2>
      <div class="notice-body">{props.children}</div>
      <Show when={props.action}>{props.action}</Show>
    </div>
  );
}
