import { Show } from "solid-js";
import { formatDateTime } from "#dashboard/format/time.ts";
import type { ApiKey } from "#model/key/api-key.ts";
import "./keys-page.css";

/** What a key is bound to, below its scope; nothing where it has no bounds. */
export function KeyBoundsWords(props: { apiKey: ApiKey }) {
  return (
    <>
      <Show when={props.apiKey.configs}>
        {(configs) => <p class="key-scope-purpose">Only for {configs().join(", ")}.</p>}
      </Show>
      <Show when={props.apiKey.origins}>
        {(origins) => <p class="key-scope-purpose">Only from {origins().join(", ")}.</p>}
      </Show>
      <Show when={props.apiKey.expiresAt}>
        {(at) => <p class="key-scope-purpose">Expires {formatDateTime(at())}.</p>}
      </Show>
    </>
  );
}
