import { createSignal } from "solid-js";
import { Icon } from "./icon.tsx";
import "./code-sample.css";

/** A command to copy. */
export function CodeSample(props: { label: string; code: string }) {
  const [copied, setCopied] = createSignal(false);
  const copy = () => navigator.clipboard.writeText(props.code).then(() => setCopied(true));
  return (
    <figure class="code-sample">
      <figcaption class="code-caption">
        {props.label}
        <button type="button" class="code-copy" onClick={copy}>
          <Icon name={copied() ? "check" : "copy"} />
          {copied() ? "Copied" : "Copy"}
        </button>
      </figcaption>
      <pre class="code-text" tabindex="0">
        <code>{props.code}</code>
      </pre>
    </figure>
  );
}
