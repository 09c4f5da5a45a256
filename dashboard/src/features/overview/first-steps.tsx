import { A } from "@solidjs/router";
import { useQuery } from "@tanstack/solid-query";
import { type JSX, Show } from "solid-js";
import { routes } from "#dashboard/app/routes.ts";
import { configQueries } from "#dashboard/data/configs.ts";
import { loadedData } from "#dashboard/data/loaded-data.ts";
import { CodeSample } from "#dashboard/ui/code-sample.tsx";
import { Icon } from "#dashboard/ui/icon.tsx";
import { plural } from "#reporter/numbers.ts";
import "#dashboard/styles/button.css";
import "./first-steps.css";

function callAssign(config: string): string {
  return `curl ${window.location.origin}/api/v1/assign \\
  -H "authorization: Bearer $BAKEOFF_KEY" \\
  -H "content-type: application/json" \\
  -d '{ "config": "${config}", "unit": "user-42" }'`;
}

function Step(props: { number: number; title: string; done?: string | undefined; children: JSX.Element }) {
  return (
    <li class="first-step" data-done={props.done === undefined ? undefined : ""}>
      <span class="first-step-mark" aria-hidden="true">
        <Show when={props.done} fallback={props.number}>
          <Icon name="check" />
        </Show>
      </span>
      <div class="first-step-body">
        <h3>
          {props.title}
          <Show when={props.done}>
            <span class="first-step-done"> · {props.done}</span>
          </Show>
        </h3>
        {props.children}
      </div>
    </li>
  );
}

/** An installation without experiments: the way to the first one, with a button for each step. */
export default function FirstSteps() {
  const configs = useQuery(() => configQueries.list());
  const existingConfigs = () => loadedData(configs)?.configs ?? [];
  const done = () =>
    existingConfigs().length > 0 ? plural(String(existingConfigs().length), "AI config") : undefined;
  return (
    <section class="first-steps" aria-labelledby="first-steps-title">
      <h2 id="first-steps-title">Run your first experiment</h2>
      <p class="first-steps-lead">
        An experiment compares versions of a prompt, a model or its parameters on your live traffic. Bakeoff
        automatically promotes a version that is proven better and rolls back one that does harm.
      </p>
      <ol>
        <Step number={1} title="Create an AI config with two versions" done={done()}>
          <p>
            An AI config is a named place in your app where an LLM is called. Each version holds a model, a
            prompt and parameters.
          </p>
          <A
            class="button"
            data-kind={existingConfigs().length === 0 ? "primary" : undefined}
            href={routes.newConfig.path()}
          >
            New AI config
          </A>
        </Step>
        <Step number={2} title="Create and start an experiment">
          <p>Choose the versions to compare, the primary metric, and guardrails.</p>
          <A
            class="button"
            data-kind={existingConfigs().length > 0 ? "primary" : undefined}
            href={routes.newExperiment.path()}
          >
            New experiment
          </A>
        </Step>
        <Step number={3} title="Request a variant from your app">
          <p>
            The response contains the version to use for this user, the same every time. You need a{" "}
            <A href={routes.keys.path()}>key</A> with scope <code>server</code>.
          </p>
          <CodeSample
            label="Get the version for user-42"
            code={callAssign(existingConfigs()[0]?.key ?? "support-answer")}
          />
        </Step>
      </ol>
    </section>
  );
}
