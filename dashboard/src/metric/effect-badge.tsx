import type { Effect } from "#dashboard/format/effect.ts";
import { effectWords, verdictWords } from "#dashboard/format/words.ts";
import { Badge, type Tone } from "#dashboard/ui/badge.tsx";
import { Icon, type IconName } from "#dashboard/ui/icon.tsx";
import type { GuardrailResult } from "#model/analysis/analysis.ts";
import "./effect-badge.css";

const effectLooks: Record<Effect, { tone: Tone; icon: IconName }> = {
  better: { tone: "better", icon: "check" },
  worse: { tone: "worse", icon: "cross" },
  unclear: { tone: "neutral", icon: "question" },
  unavailable: { tone: "neutral", icon: "dash" },
};

/** Whether a treatment is provably better or worse than control. */
export function EffectBadge(props: { effect: Effect; title: string }) {
  return (
    <Badge tone={effectLooks[props.effect].tone} icon={effectLooks[props.effect].icon} title={props.title}>
      {effectWords[props.effect]}
    </Badge>
  );
}

const verdictLooks: Record<GuardrailResult["verdict"], { tone: Tone; icon: IconName }> = {
  safe: { tone: "better", icon: "shield" },
  harmed: { tone: "worse", icon: "alert" },
  unclear: { tone: "neutral", icon: "question" },
};

/** Whether harm beyond a guardrail's margin is excluded, proven, or still open. */
export function VerdictBadge(props: { verdict: GuardrailResult["verdict"]; title: string }) {
  return (
    <Badge
      tone={verdictLooks[props.verdict].tone}
      icon={verdictLooks[props.verdict].icon}
      title={props.title}
    >
      {verdictWords[props.verdict]}
    </Badge>
  );
}

/** The effect as a bare sign, for tight places; its word is there for those who hear the page. */
export function EffectMark(props: { effect: Effect }) {
  return (
    <span class="effect-mark" data-tone={effectLooks[props.effect].tone} title={effectWords[props.effect]}>
      <Icon name={effectLooks[props.effect].icon} />
      <span class="visually-hidden">{effectWords[props.effect]}</span>
    </span>
  );
}

/** The verdict as a bare sign, for tight places; its word is there for those who hear the page. */
export function VerdictMark(props: { verdict: GuardrailResult["verdict"] }) {
  return (
    <span
      class="effect-mark"
      data-tone={verdictLooks[props.verdict].tone}
      title={verdictWords[props.verdict]}
    >
      <Icon name={verdictLooks[props.verdict].icon} />
      <span class="visually-hidden">{verdictWords[props.verdict]}</span>
    </span>
  );
}
