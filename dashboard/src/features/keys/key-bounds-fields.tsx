import { Show } from "solid-js";
import { issueAt } from "#dashboard/data/form-issues.ts";
import { Icon } from "#dashboard/ui/icon.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { KeyScope } from "#model/key/api-key.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { issueOfList, type KeyBoundsDraft } from "./key-bounds-draft.ts";
import "#dashboard/styles/foldable.css";
import "./key-bounds-fields.css";

/** What a new key is bound to: AI configs, pages, an end. */
export function KeyBoundsFields(props: {
  draft: KeyBoundsDraft;
  scope: KeyScope;
  issues: readonly InputIssue[];
  onChange: (draft: KeyBoundsDraft) => void;
}) {
  const at = (path: string) => issueAt(issueOfList(props.issues, path), path);
  const change = (changes: Partial<KeyBoundsDraft>) => props.onChange({ ...props.draft, ...changes });
  return (
    <details class="foldable">
      <summary>
        <Icon name="expand" /> Restrictions{" "}
      </summary>
      <div class="stack key-bounds">
        <TextField
          label="AI configs"
          value={props.draft.configs}
          onChange={(configs) => change({ configs })}
          rows={2}
          monospaced
          help="One key per line. Leave empty for all AI configs."
          error={at("/configs")}
        />
        <Show when={props.scope === "client"}>
          <TextField
            label="Origins"
            value={props.draft.origins}
            onChange={(origins) => change({ origins })}
            rows={2}
            monospaced
            placeholder="https://app.example.com"
            help="Websites that may use it, one per line. Leave empty for all. Only browsers enforce this."
            error={at("/origins")}
          />
        </Show>
        <TextField
          label="Expires after"
          value={props.draft.days}
          onChange={(days) => change({ days })}
          unit="days"
          help="Leave empty for no expiration."
          error={at("/expiresAt")}
        />
      </div>
    </details>
  );
}
