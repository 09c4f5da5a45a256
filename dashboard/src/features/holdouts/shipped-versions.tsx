import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { Holdout, HoldoutResults, ShippedVersion } from "#contract/holdouts.ts";
import { routes } from "#dashboard/app/routes.ts";
import { DateTime } from "#dashboard/ui/date-time.tsx";
import { ActorName } from "../audit/actor-name.tsx";
import "#dashboard/styles/data-table.css";
import "./holdouts.css";

/** What the difference is the effect of: every version that became live meanwhile, and what still goes on. */
export function ShippedVersions(props: { results: HoldoutResults }) {
  return (
    <>
      <h2 class="holdout-section">Shipped since the start</h2>
      <Show when={props.results.shipped.length > 0} fallback={<p class="muted">Nothing yet.</p>}>
        <div class="data-table-frame">
          <table class="data-table" data-stacks="">
            <caption class="visually-hidden">Versions that became live since the start</caption>
            <thead>
              <tr>
                <th scope="col">AI config</th>
                <th scope="col">Version</th>
                <th scope="col">When</th>
                <th scope="col">By</th>
              </tr>
            </thead>
            <tbody>
              <For each={props.results.shipped}>{(shipped) => <ShippedRow shipped={shipped} />}</For>
            </tbody>
          </table>
        </div>
      </Show>
      <Show when={props.results.active.length > 0}>
        <p class="holdout-note">
          Units of the comparison are also in what goes on:{" "}
          <For each={props.results.active}>
            {({ experiment }, index) => (
              <>
                <Show when={index() > 0}>, </Show>
                <A href={routes.experiment.path(experiment)}>{experiment}</A>
              </>
            )}
          </For>
          .
        </p>
      </Show>
    </>
  );
}

function ShippedRow(props: { shipped: ShippedVersion }) {
  return (
    <tr>
      <th scope="row" class="holdout-name">
        <A href={routes.config.path(props.shipped.config)}>{props.shipped.config}</A>
      </th>
      <td data-head="Version">
        {props.shipped.to}, after {props.shipped.from}
      </td>
      <td>
        <DateTime at={props.shipped.at} />
      </td>
      <td data-head="By">
        <Show
          when={props.shipped.origin ?? props.shipped.experiment}
          fallback={<ActorName actor={props.shipped.actor} />}
        >
          {(experiment) => <A href={routes.experiment.path(experiment())}>{experiment()}</A>}
        </Show>
      </td>
    </tr>
  );
}

/** Which version held-out units stay on, on each AI config. */
export function HeldConfigs(props: { holdout: Holdout }) {
  return (
    <>
      <h2 class="holdout-section">AI configs</h2>
      <div class="data-table-frame">
        <table class="data-table" data-stacks="">
          <caption class="visually-hidden">AI configs of the holdout</caption>
          <thead>
            <tr>
              <th scope="col">AI config</th>
              <th scope="col">Held</th>
              <th scope="col">Live</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.holdout.configs}>
              {({ config, heldVersion, liveVersion }) => (
                <tr>
                  <th scope="row" class="holdout-name">
                    <A href={routes.config.path(config)}>{config}</A>
                  </th>
                  <td data-head="Held">Version {heldVersion}</td>
                  <td data-head="Live">Version {liveVersion}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </>
  );
}
