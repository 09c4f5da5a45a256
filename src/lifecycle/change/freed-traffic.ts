import type { Phase } from "#model/experiment/phase.ts";
import { nextPhase, type PhasedExperiment, refusePhase } from "./phases.ts";

/**
 * Shares a weight between two: the smaller one gets it until both have the same, and each half of the rest. Two arms tell
 * most of their difference where they are as large as each other.
 */
function filled([smaller, larger]: readonly [number, number], free: number): [number, number] {
  const gap = Math.min(free, larger - smaller);
  const half = (free - gap) / 2;
  return [smaller + gap + half, larger + half];
}

/**
 * The phase in which control and the best of the other treatments have the traffic of one that leaves. It begins in the same moment:
 * units that come while nobody has that traffic would be new in a later phase only to those that get it.
 * @param leader the treatment that is best by now
 * @returns undefined where the control serves the traffic and counts it nowhere, as the experiment says or because there
 *   can be no other phase
 */
export function freedPhase(
  experiment: PhasedExperiment,
  left: string,
  leader: string,
  startedAt: number,
): Phase | undefined {
  const { spec, phases } = experiment;
  if (spec.freedTraffic !== "reassign" || refusePhase(experiment)) return undefined;
  const placeOf = (wanted: string) => spec.variants.findIndex(({ key }) => key === wanted);
  const [control, best, leaving] = [placeOf(spec.control), placeOf(leader), placeOf(left)];
  const before = phases.at(-1)?.weights ?? [];
  const [own, other, free] = [before[control] ?? 0, before[best] ?? 0, before[leaving] ?? 0];
  if (control === best || !(free > 0 && own > 0 && other > 0)) return undefined;
  const [ofControl, ofBest] =
    own <= other ? filled([own, other], free) : filled([other, own], free).toReversed();
  const weights = before.map((weight, place) =>
    place === control
      ? (ofControl ?? own)
      : place === best
        ? (ofBest ?? other)
        : place === leaving
          ? 0
          : weight,
  );
  const next = nextPhase(experiment, weights, { startedAt, cause: "freed", left });
  return next.ok ? next.value.phase : undefined;
}
