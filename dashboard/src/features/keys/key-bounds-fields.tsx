import { Show } from "solid-js";
import { issueAt } from "#dashboard/data/form-issues.ts";
import { Icon } from "#dashboard/ui/icon.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { KeyScope } from "#model/key/api-key.ts";
import type { InputIssue } from "#shared/input-issue.ts";
import { issueOfList, type KeyBoundsDraft } from "./key-bounds-draft.ts";
import "#dashboard/ui/foldable.css";

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
        <Icon name="expand" />
        Bounds
      </summary>
      <div class="stack key-bounds">
        <TextField
          label="AI configs"
          value={props.draft.configs}
          onChange={(configs) => change({ configs })}
          rows={2}
          monospaced
          help="Their keys, one a line. Empty: all of them."
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
            help="Whose pages may use it, one a line. Empty: every page. Programs can name any origin."
            error={at("/origins")}
          />
        </Show>
        <TextField
          label="Ends after"
          value={props.draft.days}
          onChange={(days) => change({ days })}
          unit="days"
          help="Empty: when somebody revokes it."
          error={at("/expiresAt")}
        />
      </div>
    </details>
  );
}
