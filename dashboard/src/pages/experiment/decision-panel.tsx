import { Index, Show } from "solid-js";
import type { Decision, RuleEvidence } from "../../../../src/model/decision.ts";
import { Icon } from "../../components/icon.tsx";
import { Panel } from "../../components/panel.tsx";
import { describeEvidence } from "../../format/evidence.ts";
import { actionWords, reasonWords, ruleQuestions } from "../../format/words.ts";
import "./decision-panel.css";

/** The decision, its reason, and what each rule saw. The first rule that applies decides. */
export function DecisionPanel(props: { decision: Decision }) {
  const deciding = () => props.decision.evidence.findIndex(({ applies }) => applies);
  return (
    <Panel title="Decision">
      <p class="decision-line">
        <strong>
          {actionWords[props.decision.action]}
          <Show when={props.decision.variant}>{(variant) => <> · {variant()}</>}</Show>
        </strong>
        <span>{reasonWords[props.decision.reason.code]}</span>
      </p>
      <h3 class="evidence-title">The rules, in order</h3>
      <ol class="evidence">
        <Index each={props.decision.evidence}>
          {(evidence, index) => <EvidenceLine evidence={evidence()} decides={index === deciding()} />}
        </Index>
      </ol>
    </Panel>
  );
}

function EvidenceLine(props: { evidence: RuleEvidence; decides: boolean }) {
  return (
    <li class="evidence-line" data-applies={props.evidence.applies}>
      <span class="evidence-icon">
        <Icon name={props.evidence.applies ? "check" : "dash"} />
      </span>
      <div>
        <p class="evidence-question">
          {ruleQuestions[props.evidence.rule]} {props.evidence.applies ? "Yes" : "No"}
          <Show when={props.decides}>
            <span class="evidence-decides">decided</span>
          </Show>
        </p>
        <p class="evidence-facts number">{describeEvidence(props.evidence)}</p>
      </div>
    </li>
  );
}
