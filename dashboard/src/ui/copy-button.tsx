import { createSignal } from "solid-js";
import { Button } from "./button.tsx";

/** Puts a text on the clipboard and says so. */
export function CopyButton(props: { text: string; label?: string }) {
  const [copied, setCopied] = createSignal(false);
  const copy = () => void navigator.clipboard.writeText(props.text).then(() => setCopied(true));
  return (
    <Button kind="quiet" icon={copied() ? "check" : "copy"} onClick={copy}>
      <span aria-live="polite">{copied() ? "Copied" : (props.label ?? "Copy")}</span>
    </Button>
  );
}
