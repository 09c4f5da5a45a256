import { type Attributes, firstOf, NAMES, textOf, UNIT_ATTRIBUTES } from "./attributes.ts";
import type { KnownExperiment, Surroundings } from "./experiments.ts";
import { EVENT_NAMES, type SpanEvent, toMilliseconds } from "./otlp.ts";

/** More different claims than this in a trace say nothing of any one of its spans. */
const MAXIMUM_CLAIMS_OF_TRACE = 32;

/** A place that holds more flag evaluations than this is known by its last ones. */
const MAXIMUM_EVALUATIONS = 16;

/** What one place in telemetry says of who got what. Any part may be missing. */
export interface Claim {
  experiment?: string | undefined;
  config?: string | undefined;
  variant?: string | undefined;
  unit?: string | undefined;
  period?: number | undefined;
}

/** A unit's place in an experiment. Without a variant the experiment's ledger must know the unit. */
export interface Arm {
  experiment: string;
  unit: string;
  variant?: string;
  period?: number;
}

/** Why nobody's place could be made out. */
export type Unsettled = "name no running experiment" | "name no unit" | "could belong to several experiments";

export type Settlement = { ok: true; arm: Arm; experiment: KnownExperiment } | { ok: false; why: Unsettled };

function unitOf(attributes: Attributes, resource: Attributes): string | undefined {
  const given = textOf(attributes, NAMES.unit);
  if (given !== undefined) return given;
  const chosen = textOf(attributes, NAMES.unitAttribute) ?? textOf(resource, NAMES.unitAttribute);
  const known = UNIT_ATTRIBUTES.find((name) => name === chosen);
  return known && textOf(attributes, [known]);
}

/** What a flag evaluation says, by OpenTelemetry's conventions: the flag is the AI config. */
export function flagClaimOf(attributes: Attributes): Claim {
  return {
    config: textOf(attributes, NAMES.flagKey),
    variant: textOf(attributes, NAMES.flagVariant),
    unit: textOf(attributes, NAMES.flagUnit),
  };
}

/** What the attributes of one place say, in Bakeoff's own names and as a flag evaluation. */
export function claimsOf(attributes: Attributes, resource: Attributes): Claim[] {
  const period = firstOf(attributes, NAMES.period);
  const own: Claim = {
    experiment: textOf(attributes, NAMES.experiment),
    config: textOf(attributes, NAMES.config),
    variant: textOf(attributes, NAMES.variant),
    unit: unitOf(attributes, resource),
    // From baggage everything comes as a text.
    period: period === undefined ? undefined : Number(period),
  };
  return [own, flagClaimOf(attributes)].filter((claim) =>
    Object.values(claim).some((part) => part !== undefined),
  );
}

/** True for the event of a flag's evaluation. */
export function isFlagEvaluation({ name }: Pick<SpanEvent, "name">): boolean {
  return EVENT_NAMES.flagEvaluation.some((known) => known === name);
}

/** What the flag evaluations among some events say, the last one first. */
export function flagClaimsOf(events: readonly SpanEvent[]): Claim[] {
  return events
    .filter(isFlagEvaluation)
    .slice(-MAXIMUM_EVALUATIONS)
    .map(({ attributes }) => flagClaimOf(attributes))
    .reverse();
}

/**
 * What may be concluded from all that is claimed in a trace: different claims once each; none where they are about
 * several units, or too many to say anything of one span.
 */
export function claimsOfOneUnit(claims: readonly Claim[]): Claim[] {
  const different = new Map(claims.map((claim) => [JSON.stringify(claim), claim]));
  const units = new Set([...different.values()].flatMap(({ unit }) => unit ?? []));
  return units.size > 1 || different.size > MAXIMUM_CLAIMS_OF_TRACE ? [] : [...different.values()];
}

const namesNothing = ({ experiment, config }: Claim): boolean =>
  experiment === undefined && config === undefined;

function wasActive({ startedAt, endedAt }: KnownExperiment, at: number): boolean {
  return startedAt <= at && (endedAt === null || at <= endedAt);
}

/** The experiment that a claim can only mean. @param at when, in epoch milliseconds */
function experimentOf(
  claim: Claim,
  { experiments, byConfig }: Surroundings,
  at: number,
): KnownExperiment | undefined {
  const { experiment: key, config, variant } = claim;
  if (key !== undefined) {
    const named = experiments.get(key);
    return config === undefined || named?.config === config ? named : undefined;
  }
  const onConfig = byConfig.get(config ?? "") ?? [];
  const possible = onConfig.filter(
    ({ variants }) => variant === undefined || variants.some(({ key }) => key === variant),
  );
  const likely = possible.length > 1 ? possible.filter((experiment) => wasActive(experiment, at)) : possible;
  return likely.length === 1 ? likely[0] : undefined;
}

/**
 * Makes out whose outcome something is. The nearest place that names an experiment decides which; what it leaves open is
 * told by places that name the same one, or none.
 * @param levels claims by nearness, the thing's own first
 * @param at when, in nanoseconds since the epoch
 */
export function settle(
  levels: readonly (readonly Claim[])[],
  surroundings: Surroundings,
  at: bigint,
): Settlement {
  const when = toMilliseconds(at);
  const find = (claim: Claim) => experimentOf(claim, surroundings, when);
  const wanted = levels[0]?.find(({ config }) => config !== undefined)?.config;
  for (const level of levels) {
    const named = level.flatMap((claim) => {
      const experiment = namesNothing(claim) ? undefined : find(claim);
      return experiment && (wanted === undefined || experiment.config === wanted)
        ? [{ claim, experiment }]
        : [];
    });
    const [nearest] = named;
    if (!nearest) continue;
    const { experiment } = nearest;
    if (named.some((other) => other.experiment !== experiment)) {
      return { ok: false, why: "could belong to several experiments" };
    }
    const fitting = [
      nearest.claim,
      ...levels.flat().filter((claim) => namesNothing(claim) || find(claim) === experiment),
    ];
    const unit = fitting.find((claim) => claim.unit !== undefined)?.unit;
    if (unit === undefined) return { ok: false, why: "name no unit" };
    const variant = fitting.find((claim) => claim.variant !== undefined)?.variant;
    const period = fitting.find((claim) => claim.period !== undefined)?.period;
    const arm = { experiment: experiment.key, unit, ...(variant !== undefined && { variant }) };
    return { ok: true, experiment, arm: { ...arm, ...(period !== undefined && { period }) } };
  }
  return { ok: false, why: "name no running experiment" };
}
