import { For, Index, Show } from "solid-js";
import { Icon } from "#dashboard/ui/icon.tsx";
import type { Decision, RuleEvidence } from "#model/analysis/decision.ts";
import { checkQuestions } from "#reporter/decision-text.ts";
import { describeEvidence, exactFacts } from "#reporter/describe-evidence.ts";
import "./evidence-list.css";

/** What each rule saw, in the order in which they are asked. The first that applies decides. */
export function EvidenceList(props: { decision: Decision }) {
  const deciding = () => props.decision.evidence.findIndex(({ applies }) => applies);
  return (
    <ol class="evidence">
      <Index each={props.decision.evidence}>
        {(evidence, index) => <EvidenceLine evidence={evidence()} decides={index === deciding()} />}
      </Index>
    </ol>
  );
}

function EvidenceLine(props: { evidence: RuleEvidence; decides: boolean }) {
  const facts = () => exactFacts(props.evidence);
  return (
    <li class="evidence-line" data-applies={props.evidence.applies}>
      <span class="evidence-icon">
        <Icon name={props.evidence.applies ? "check" : "dash"} />
      </span>
      <div class="evidence-body">
        <p class="evidence-question">
          {checkQuestions[props.evidence.rule]} {props.evidence.applies ? "Yes" : "No"}
          <Show when={props.decides}>
            <span class="evidence-decides">decided</span>
          </Show>
        </p>
        <p class="evidence-facts number">{describeEvidence(props.evidence)}</p>
        <Show when={facts().length > 0}>
          <details class="evidence-exact">
            <summary>Exact numbers</summary>
            <dl>
              <For each={facts()}>
                {([name, value]) => (
                  <div>
                    <dt>{name}</dt>
                    <dd class="number">{value}</dd>
                  </div>
                )}
              </For>
            </dl>
          </details>
        </Show>
      </div>
    </li>
  );
}
