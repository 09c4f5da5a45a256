import { createSignal, type JSX, Show } from "solid-js";
import { Icon } from "./icon.tsx";
import "./disclosure.css";

/** More to read, on demand; what is inside exists only once it has been opened. */
export function Disclosure(props: { title: string; about?: string; children: JSX.Element }) {
  const [wasOpened, setWasOpened] = createSignal(false);
  return (
    <details class="disclosure" onToggle={(event) => event.currentTarget.open && setWasOpened(true)}>
      <summary>
        <Icon name="expand" />
        <span>{props.title}</span>
        <Show when={props.about}>
          <span class="disclosure-about">{props.about}</span>
        </Show>
      </summary>
      <Show when={wasOpened()}>
        <div class="disclosure-content">{props.children}</div>
      </Show>
    </details>
  );
}
