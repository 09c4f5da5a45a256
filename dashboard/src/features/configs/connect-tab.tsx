import { useSearchParams } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { createMemo, createSignal, Show } from "solid-js";
import { clientPackageQueries } from "#dashboard/data/client-package.ts";
import { useCreateKey } from "#dashboard/data/keys.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { useEditRefusal } from "#dashboard/data/session.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { scopeWords } from "#dashboard/format/scope-words.ts";
import { Button } from "#dashboard/ui/button.tsx";
import { CodeSample } from "#dashboard/ui/code-sample.tsx";
import { CopyButton } from "#dashboard/ui/copy-button.tsx";
import { Panel } from "#dashboard/ui/panel.tsx";
import { Segmented } from "#dashboard/ui/segmented.tsx";
import type { AiConfig, AiConfigVersion } from "#model/config/ai-config.ts";
import { aiSdkSnippet } from "./snippets/ai-sdk.ts";
import { curlSnippet } from "./snippets/curl.ts";
import { openFeatureSnippet } from "./snippets/open-feature.ts";
import { fallbackOf, type SnippetValues } from "./snippets/snippet.ts";
import { typeScriptSnippet } from "./snippets/typescript.ts";
import "#dashboard/styles/panel.css";
import "#dashboard/styles/field.css";
import "./connect-tab.css";

const clients = [
  { value: "curl", label: "curl" },
  { value: "typescript", label: "TypeScript" },
  { value: "openfeature", label: "OpenFeature" },
  { value: "ai-sdk", label: "Vercel AI SDK" },
] as const;
type Client = (typeof clients)[number]["value"];

const snippets: Record<Client, (values: SnippetValues) => string> = {
  curl: curlSnippet,
  typescript: typeScriptSnippet,
  openfeature: openFeatureSnippet,
  "ai-sdk": aiSdkSnippet,
};

const explanations: Record<Client, string> = {
  curl: "Try it in a shell. The response contains the value to use and the experiment and variant it comes from.",
  typescript: "The Bakeoff client. No dependencies, runs wherever fetch is available.",
  openfeature: "Any OpenFeature client works, through the OpenFeature Remote Evaluation Protocol (OFREP).",
  "ai-sdk": "Each call uses the variant's model, system prompt and parameters, and its outcome is logged.",
};

/** Whether a snippet begins with installing the package of Bakeoff's client. */
const usesPackage = (client: Client) => client === "typescript" || client === "ai-sdk";

/** Code that asks for this AI config, ready to be pasted: `?client=curl`. */
export function ConnectTab(props: { config: AiConfig; versions: readonly AiConfigVersion[] }) {
  const [parameters, setParameters] = useSearchParams<{ client?: string }>();
  const [secret, setSecret] = createSignal<string>();
  const client = () => clients.find(({ value }) => value === parameters.client)?.value ?? "curl";
  const clientPackage = useQuery(() => clientPackageQueries.info());
  const served = () => loadedData(clientPackage);
  const values = createMemo((): SnippetValues => {
    const live = props.versions.find(({ version }) => version === props.config.liveVersion);
    return {
      url: served()?.publicUrl ?? `${window.location.origin}/api`,
      key: secret() ?? null,
      config: props.config.key,
      fallback: fallbackOf(live?.value ?? {}),
    };
  });
  return (
    <div class="stack">
      <KeyForSnippets config={props.config} secret={secret()} onSecret={setSecret} />
      <Panel title="Code">
        <div class="stack">
          <Segmented
            label="Client"
            labelHidden
            options={clients}
            value={client()}
            onChange={(value) => setParameters({ client: value }, { replace: true })}
          />
          <p class="panel-lead">{explanations[client()]}</p>
          <CodeSample
            label={clients.find(({ value }) => value === client())?.label ?? ""}
            code={snippets[client()](values())}
          />
          <Show when={usesPackage(client()) && served()}>
            {(info) => (
              <p class="field-help connect-package">
                This installation hosts the package: bakeoff-sdk {info().version}, integrity{" "}
                <code>{info().integrity}</code>
              </p>
            )}
          </Show>
          <p class="field-help">
            The unit is what is randomized: a user, a conversation or a request. The same unit always gets the
            same variant.
          </p>
        </div>
      </Panel>
    </div>
  );
}

/** Puts a key into the snippets: one that is created here, or a place holder. */
function KeyForSnippets(props: {
  config: AiConfig;
  secret: string | undefined;
  onSecret: (secret: string) => void;
}) {
  const refusal = useEditRefusal();
  const create = useCreateKey();
  const [scope, setScope] = createSignal<"server" | "client">("server");
  const createKey = () =>
    create.mutate(
      { name: `${props.config.key}, ${scope()}`, scope: scope() },
      { onSuccess: (key) => props.onSecret(key.secret) },
    );
  return (
    <Panel title="API key">
      <Show
        when={props.secret}
        fallback={
          <div class="stack">
            <p class="panel-lead">
              The samples read an API key from <code>BAKEOFF_KEY</code>. Use an existing key, or create one to
              fill it in below.
            </p>
            <div class="cluster connect-key">
              <Segmented
                label="Scope"
                labelHidden
                options={[
                  { value: "server", label: scopeWords.server.name },
                  { value: "client", label: scopeWords.client.name },
                ]}
                value={scope()}
                onChange={setScope}
              />
              <Button icon="key" busy={create.isPending} unavailable={refusal()} onClick={createKey}>
                Create a key
              </Button>
              <span class="field-help">{scopeWords[scope()].purpose}</span>
            </div>
            <Show when={create.error}>
              {(error) => (
                <p class="field-error" role="alert">
                  The key was not created. {explain(error())}
                </p>
              )}
            </Show>
          </div>
        }
      >
        {(secret) => (
          <div class="stack" role="status">
            <p class="panel-lead">
              The key is filled in below. Copy it now: it is not shown again after you leave this page.
            </p>
            <div class="cluster">
              <code class="connect-secret">{secret()}</code>
              <CopyButton text={secret()} label="Copy secret" />
            </div>
          </div>
        )}
      </Show>
    </Panel>
  );
}
