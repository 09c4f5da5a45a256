import { failure, ok, type Result } from "#shared/result.ts";
import { type Attributes, findNamingError, textOf } from "../otlp/attributes.ts";
import { EVENT_NAMES, NAMES, UNIT_ATTRIBUTES } from "../otlp/names.ts";
import { type SpanEvent, toMilliseconds } from "../otlp/otlp.ts";
import type { AttributionContext, KnownExperiment } from "./experiments.ts";

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
  phase?: number | undefined;
  /** Why parts that are there cannot be read: sought elsewhere, they could become somebody else's. */
  validationErrors?: Partial<Record<ClaimPart, string>> | undefined;
}

type ClaimPart = "experiment" | "config" | "variant" | "unit" | "phase";

/** A unit's place in an experiment. Without a variant the experiment's ledger must know the unit. */
export interface AttributedArm {
  experiment: string;
  unit: string;
  variant?: string;
  phase?: number;
}

/** Why something belongs to no experiment: it is left aside. */
export type AttributionFailure =
  | "name no running experiment"
  | "name no unit"
  | "could belong to several experiments";

/**
 * Whose outcome something is. It is ignored where it concerns no experiment, and rejected where what would tell cannot be
 * read.
 */
export type Attribution = Result<
  { arm: AttributedArm; experiment: KnownExperiment },
  { ignored: AttributionFailure } | { rejected: string }
>;

function unitNames(attributes: Attributes, resource: Attributes): readonly string[] {
  const given = attributes.get("bakeoff.unit");
  if (given !== undefined && given !== "") return NAMES.unit;
  const chosen = textOf(attributes, NAMES.unitAttribute) ?? textOf(resource, NAMES.unitAttribute);
  return UNIT_ATTRIBUTES.filter((name) => name === chosen);
}

const PHASE = /^\d{1,15}$/;

/** Reads the parts of a claim by the names of their attributes. */
function readClaim(attributes: Attributes, names: Partial<Record<ClaimPart, readonly string[]>>): Claim {
  const read = (part: ClaimPart) => textOf(attributes, names[part] ?? []);
  const validationErrors = Object.entries(names).flatMap(([part, ofPart]) => {
    const validationError = findNamingError(attributes, ofPart);
    return validationError === undefined ? [] : [[part, validationError]];
  });
  // From baggage everything comes as a text.
  const phase = read("phase");
  if (phase !== undefined && !PHASE.test(phase))
    validationErrors.push(["phase", "bakeoff.phase is no phase"]);
  return {
    experiment: read("experiment"),
    config: read("config"),
    variant: read("variant"),
    unit: read("unit"),
    phase: phase === undefined || !PHASE.test(phase) ? undefined : Number(phase),
    validationErrors: validationErrors.length === 0 ? undefined : Object.fromEntries(validationErrors),
  };
}

/** What a flag evaluation says, by OpenTelemetry's conventions: the flag is the AI config. */
export function flagClaimOf(attributes: Attributes): Claim {
  const { flagKey: config, flagVariant: variant, flagUnit: unit } = NAMES;
  return readClaim(attributes, { config, variant, unit });
}

/** What the attributes of one place say, in Bakeoff's own names and as a flag evaluation. */
export function claimsOf(attributes: Attributes, resource: Attributes): Claim[] {
  const { experiment, config, variant, phase } = NAMES;
  const unit = unitNames(attributes, resource);
  const own = readClaim(attributes, { experiment, config, variant, unit, phase });
  return [own, flagClaimOf(attributes)].filter((claim) =>
    Object.values(claim).some((part) => part !== undefined),
  );
}

/** True for the event of a flag's evaluation. */
export function isFlagEvaluation({ name }: Pick<SpanEvent, "name">): boolean {
  return EVENT_NAMES.flagEvaluation.some((eventName) => eventName === name);
}

/** What the flag evaluations among some events say, the last one first. */
export function flagClaimsOf(events: readonly Pick<SpanEvent, "name" | "attributes">[]): Claim[] {
  return events
    .filter(isFlagEvaluation)
    .slice(-MAXIMUM_EVALUATIONS)
    .map(({ attributes }) => flagClaimOf(attributes))
    .reverse();
}

/** True where claims that name the same experiment or AI config do not agree on what was got. */
function disagree(claims: readonly Claim[]): boolean {
  const bySubject = Map.groupBy(claims, ({ experiment, config }) => JSON.stringify([experiment, config]));
  const differ = (values: readonly (string | number | undefined)[]) =>
    new Set(values.filter((value) => value !== undefined)).size > 1;
  return [...bySubject.values()].some(
    (group) => differ(group.map(({ variant }) => variant)) || differ(group.map(({ phase }) => phase)),
  );
}

/**
 * What may be concluded from all that is claimed in a trace: different claims once each, in an order of their own; none
 * where they are about several units, contradict each other, or are too many to say anything of one span.
 */
export function claimsOfOneUnit(claims: readonly Claim[]): Claim[] {
  const different = new Map(claims.map((claim) => [JSON.stringify(claim), claim]));
  const units = new Set([...different.values()].flatMap(({ unit }) => unit ?? []));
  if (units.size > 1 || different.size > MAXIMUM_CLAIMS_OF_TRACE) return [];
  const ordered = [...different].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, claim]) => claim);
  return disagree(ordered) ? [] : ordered;
}

const namesNothing = ({ experiment, config }: Claim): boolean =>
  experiment === undefined && config === undefined;

function wasActive({ startedAt, endedAt }: KnownExperiment, at: number): boolean {
  return startedAt <= at && (endedAt === null || at <= endedAt);
}

function isOn({ config, holdoutConfigs }: KnownExperiment, wanted: string): boolean {
  return config === wanted || (holdoutConfigs?.includes(wanted) ?? false);
}

/** The experiment that a claim can only mean. @param at when, in epoch milliseconds */
function experimentOf(
  claim: Claim,
  attributionContext: AttributionContext,
  at: number,
): KnownExperiment | undefined {
  const { experiment: key, config, variant } = claim;
  if (key !== undefined) {
    const named = attributionContext.experiment(key);
    return config === undefined || (named && isOn(named, config)) ? named : undefined;
  }
  const onConfig = attributionContext.experimentsOn(config ?? "") ?? [];
  // What names no variant is of an experiment: a holdout's groups have names of their own.
  const possible = onConfig.filter(({ variants, holdoutConfigs }) =>
    variant === undefined ? !holdoutConfigs : variants.some(({ key }) => key === variant),
  );
  const likely = possible.length > 1 ? possible.filter((experiment) => wasActive(experiment, at)) : possible;
  return likely.length === 1 ? likely[0] : undefined;
}

const isSubjectUnreadable = ({ validationErrors }: Claim): boolean =>
  validationErrors?.experiment !== undefined || validationErrors?.config !== undefined;

/** What was got, each part from the nearest claim that tells it or has it unreadable. */
function findParts(claims: Iterable<Claim>): Map<"unit" | "variant" | "phase", Claim> {
  const parts = ["unit", "variant", "phase"] as const;
  const claimOfPart = new Map<(typeof parts)[number], Claim>();
  for (const claim of claims) {
    for (const part of parts) {
      if (
        !claimOfPart.has(part) &&
        (claim[part] !== undefined || claim.validationErrors?.[part] !== undefined)
      ) {
        claimOfPart.set(part, claim);
      }
    }
    if (claimOfPart.size === parts.length) break;
  }
  return claimOfPart;
}

/** @param claims those that are about the experiment, by nearness */
function attributeTo(experiment: KnownExperiment, claims: Iterable<Claim>): Attribution {
  const parts = findParts(claims);
  const errorOf = (part: "unit" | "variant" | "phase") => parts.get(part)?.validationErrors?.[part];
  const unreadableUnit = errorOf("unit");
  if (unreadableUnit !== undefined) return failure({ rejected: unreadableUnit });
  const unit = parts.get("unit")?.unit;
  if (unit === undefined) return failure({ ignored: "name no unit" });
  const validationError = errorOf("variant") ?? errorOf("phase");
  if (validationError !== undefined) return failure({ rejected: validationError });
  const variant = parts.get("variant")?.variant;
  const phase = parts.get("phase")?.phase;
  const arm = {
    experiment: experiment.key,
    unit,
    ...(variant !== undefined && { variant }),
    ...(phase !== undefined && { phase }),
  };
  return ok({ experiment, arm });
}

/** The claims that are about an experiment, by nearness, found only as far as they are asked for. */
function* relatedClaims(
  nearest: Claim,
  levels: readonly (readonly Claim[])[],
  isAboutIt: (claim: Claim) => boolean,
): Generator<Claim> {
  yield nearest;
  for (const level of levels) {
    for (const claim of level) {
      if (namesNothing(claim) ? !isSubjectUnreadable(claim) : isAboutIt(claim)) yield claim;
    }
  }
}

/**
 * Makes out whose outcome something is. The nearest place that names an experiment decides which; what it leaves open is
 * told by places that name the same one, or none. What cannot be read in one place is not sought farther away.
 * @param levels claims by nearness, the thing's own first
 * @param at when, in nanoseconds since the epoch, where that is known
 */
export function attribute(
  levels: readonly (readonly Claim[])[],
  attributionContext: AttributionContext,
  at: bigint | undefined,
): Attribution {
  const when = at === undefined ? Number.NaN : toMilliseconds(at);
  const find = (claim: Claim) => experimentOf(claim, attributionContext, when);
  const wanted = levels[0]?.find(({ config }) => config !== undefined)?.config;
  for (const level of levels) {
    const named = level.flatMap((claim) => {
      const experiment = namesNothing(claim) ? undefined : find(claim);
      return experiment && (wanted === undefined || isOn(experiment, wanted)) ? [{ claim, experiment }] : [];
    });
    const [nearest] = named;
    if (!nearest) {
      const validationErrors = level.find(isSubjectUnreadable)?.validationErrors;
      const validationError = validationErrors?.experiment ?? validationErrors?.config;
      if (validationError !== undefined) return failure({ rejected: validationError });
      continue;
    }
    const { experiment } = nearest;
    if (named.some((other) => other.experiment !== experiment)) {
      return failure({ ignored: "could belong to several experiments" });
    }
    return attributeTo(
      experiment,
      relatedClaims(nearest.claim, levels, (claim) => find(claim) === experiment),
    );
  }
  return failure({ ignored: "name no running experiment" });
}
