import { type JSX, Show, splitProps } from "solid-js";
import { Icon, type IconName } from "./icon.tsx";
import "#dashboard/styles/button.css";

type Kind = "primary" | "plain" | "quiet" | "danger";

interface ButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, "disabled" | "onClick"> {
  kind?: Kind;
  icon?: IconName;
  /** True while what it started is under way; it cannot be pressed twice. */
  busy?: boolean;
  /** Why it cannot be pressed now; undefined when it can. */
  unavailable?: string | undefined;
  onClick?: () => void;
}

/**
 * A button. An unavailable one stays in the tab order and says why, instead of being a gray riddle.
 */
export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, [
    "kind",
    "icon",
    "busy",
    "unavailable",
    "onClick",
    "children",
    "type",
  ]);
  const isBlocked = () => own.busy === true || own.unavailable !== undefined;
  return (
    <button
      {...rest}
      type={own.type ?? "button"}
      class="button"
      data-kind={own.kind ?? "plain"}
      aria-disabled={isBlocked() ? "true" : undefined}
      aria-busy={own.busy ? "true" : undefined}
      title={own.unavailable ?? rest.title}
      onClick={(event) => {
        if (isBlocked()) event.preventDefault();
        else own.onClick?.();
      }}
    >
      <Show when={own.icon}>{(name) => <Icon name={name()} />}</Show>
      {own.children}
    </button>
  );
}

/** A square button with an icon only; its label is read out and shown on hover. */
export function IconButton(props: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={props.label}
      title={props.label}
      onClick={() => props.onClick()}
    >
      <Icon name={props.icon} />
    </button>
  );
}
