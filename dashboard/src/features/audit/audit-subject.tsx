import { A } from "@solidjs/router";
import { Show } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { useKeys } from "#dashboard/data/keys.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";

const places: Readonly<Record<string, { word: string; path: (key: string) => string }>> = {
  experiment: { word: "Experiment", path: routes.experiment.path },
  config: { word: "AI config", path: routes.config.path },
  metric: { word: "Metric", path: routes.metric.path },
  holdout: { word: "Holdout", path: routes.holdout.path },
  key: { word: "API key", path: () => routes.keys.path() },
};

/** What something was done to, with the way to it. */
export function AuditSubject(props: { subject: string }) {
  const keys = useKeys();
  const kind = () => props.subject.slice(0, props.subject.indexOf(":"));
  const key = () => props.subject.slice(props.subject.indexOf(":") + 1);
  const name = () => {
    const apiKey = kind() === "key" ? loadedData(keys)?.keys.find(({ id }) => id === key()) : undefined;
    return apiKey?.name ?? key();
  };
  return (
    <Show when={places[kind()]} fallback={<code>{props.subject}</code>}>
      {(place) => (
        <span class="audit-subject">
          {place().word} <A href={place().path(key())}>{<bdi>{name()}</bdi>}</A>
        </span>
      )}
    </Show>
  );
}
