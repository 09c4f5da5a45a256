import { For, Show } from "solid-js";
import { CopyButton } from "#dashboard/ui/copy-button.tsx";
import type { ConfigValue } from "#model/config/ai-config.ts";
import "./config-value-view.css";

interface Setting {
  name: string;
  text: string;
}

interface Prose {
  title: string;
  text: string;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function settingsOf(group: object | undefined): Setting[] {
  return Object.entries(group ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, text: textOf(value) }],
  );
}

function proseOf(value: ConfigValue): Prose[] {
  const messages = (value.messages ?? []).map(({ role, content }, index) => ({
    title: `Message ${index + 1}, ${role}`,
    text: content,
  }));
  return [
    ...(value.system_prompt === undefined ? [] : [{ title: "System prompt", text: value.system_prompt }]),
    ...(value.prompt === undefined ? [] : [{ title: "Prompt", text: value.prompt }]),
    ...messages,
  ];
}

/** Everything that a version holds: settings as a list, texts in full. */
export function ConfigValueView(props: { value: ConfigValue }) {
  const { model, provider } = props.value;
  return (
    <div class="config-view">
      <Settings title="Model" settings={settingsOf({ model, provider })} />
      <Settings title="Parameters" settings={settingsOf(props.value.parameters)} />
      <Settings title="Context and retrieval" settings={settingsOf(props.value.context)} />
      <Settings title="Extra" settings={settingsOf(props.value.extra)} />
      <For each={proseOf(props.value)}>
        {({ title, text }) => (
          <section class="config-prose">
            <header>
              <h3>{title}</h3>
              <CopyButton text={text} />
            </header>
            <pre dir="auto" tabindex="0">
              {text}
            </pre>
          </section>
        )}
      </For>
    </div>
  );
}

function Settings(props: { title: string; settings: readonly Setting[] }) {
  return (
    <Show when={props.settings.length > 0}>
      <section>
        <h3>{props.title}</h3>
        <dl class="config-settings">
          <For each={props.settings}>
            {({ name, text }) => (
              <div>
                <dt>
                  <code>{name}</code>
                </dt>
                <dd>
                  <bdi>{text}</bdi>
                </dd>
              </div>
            )}
          </For>
        </dl>
      </section>
    </Show>
  );
}
