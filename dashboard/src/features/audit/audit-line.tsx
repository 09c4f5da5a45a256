import { Show } from "solid-js";
import type { AuditEntry } from "#contract/audit.ts";
import { describeAudit, experimentBehind } from "#dashboard/format/audit-words.ts";
import { formatDateTime, formatTimeOfDay } from "#dashboard/format/time.ts";
import { Icon } from "#dashboard/ui/icon.tsx";
import { ActorName } from "./actor-name.tsx";
import { AuditSubject } from "./audit-subject.tsx";
import "#dashboard/styles/foldable.css";
import "./audit-line.css";

/** One act; its details can be unfolded. */
export function AuditLine(props: { entry: AuditEntry }) {
  const hasDetails = () => Object.keys(props.entry.details).length > 0;
  return (
    <li class="audit-line">
      <time
        class="number audit-time"
        datetime={new Date(props.entry.at).toISOString()}
        title={formatDateTime(props.entry.at)}
      >
        {formatTimeOfDay(props.entry.at)}
      </time>
      <div class="audit-text">
        <p class="audit-head">
          <span class="audit-what">{describeAudit(props.entry)}</span>
          <span class="audit-who">
            <AuditSubject subject={props.entry.subject} />
            <Show when={experimentBehind(props.entry)}>
              {(experiment) => (
                <>
                  {" "}
                  · <AuditSubject subject={`experiment:${experiment()}`} />
                </>
              )}
            </Show>{" "}
            · by <ActorName actor={props.entry.actor} />
          </span>
        </p>
        <Show when={props.entry.reason}>
          <p class="audit-reason" dir="auto">
            {props.entry.reason}
          </p>
        </Show>
        <details class="audit-details foldable">
          <summary>
            <Icon name="expand" />
            Details
          </summary>
          <dl>
            <dt>Action</dt>
            <dd>
              <code>{props.entry.action}</code>
            </dd>
            <dt>Actor</dt>
            <dd>
              <code>{props.entry.actor}</code>
            </dd>
            <dt>Object</dt>
            <dd>
              <code>{props.entry.subject}</code>
            </dd>
            <dt>When</dt>
            <dd>
              <code>{new Date(props.entry.at).toISOString()}</code>
            </dd>
          </dl>
          <Show when={hasDetails()}>
            <pre>{JSON.stringify(props.entry.details, null, 2)}</pre>
          </Show>
        </details>
      </div>
    </li>
  );
}
