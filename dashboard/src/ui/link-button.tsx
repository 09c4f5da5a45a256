import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import { Icon, type IconName } from "./icon.tsx";
import "#dashboard/styles/button.css";

/** A link that looks like a button: it leads somewhere and changes nothing. */
export function LinkButton(props: {
  href: string;
  icon?: IconName;
  primary?: boolean;
  children: JSX.Element;
}) {
  return (
    <A class="button" href={props.href} data-kind={props.primary ? "primary" : "plain"}>
      <Show when={props.icon}>{(name) => <Icon name={name()} />}</Show>
      {props.children}
    </A>
  );
}
