/**
 * How a test that is looked at many times ends, by recursive numerical integration: a test whose score is z after a share t
 * of the information has the position z · √t, which is a Brownian motion, and every look ends the part of the paths that is
 * beyond its limits. No random numbers; the same question always has the same answer.
 * @see Armitage, McPherson, Rowe 1969; Jennison, Turnbull 1999, chapter 19
 */
import { normalUpperTail } from "../distributions/index.ts";
import { gaussLegendre } from "../numeric/quadrature.ts";

/** The limits at one look, in positions. What is beyond `promotion` or `loss` is proven; what is below `futility` is given up. */
export interface LookLimits {
  /** Information so far, > 0, and more than at the look before. */
  information: number;
  /** Infinity where nothing may be promoted yet. */
  promotion: number;
  /** −Infinity where there is none. */
  futility: number;
  loss: number;
}

/** How a test ends; the chances sum to 1. */
export interface StoppingChances {
  promoted: number;
  provenWorse: number;
  futile: number;
  /** Of being undecided after the last look. */
  undecided: number;
  /** Information at the end, on average. */
  information: number;
}

/** Paths that are still under way before a look: positions and their share of all paths without an effect. */
interface Paths {
  positions: Float64Array;
  shares: Float64Array;
  information: number;
}

/** Paths further out than this many standard deviations are too rare to count, and steps that are longer than this many. */
const REACH = 8;
const STEP_REACH = 6;

/** Nodes of the quadrature for every standard deviation of a step, and the fewest. */
const NODES_PER_DEVIATION = 1.5;
const FEWEST_NODES = 16;

const INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

const rules = new Map<number, ReturnType<typeof gaussLegendre>>();

/** The rule with at least so many nodes; few sizes, each computed once, from the lowest node to the highest. */
function ruleOf(nodes: number): ReturnType<typeof gaussLegendre> {
  const count = 8 * Math.ceil(Math.max(FEWEST_NODES, nodes) / 8);
  const rule = rules.get(count) ?? gaussLegendre(count).toReversed();
  rules.set(count, rule);
  return rule;
}

/** P(Z > z), where it matters: most paths are far from all limits. */
function tailBeyond(z: number): number {
  if (z > REACH) return 0;
  return z < -REACH ? 1 : normalUpperTail(z);
}

/** The paths that go on after a look. @param largestDrift so far out may paths be that an effect has moved */
function advance(paths: Paths, look: LookLimits, largestDrift: number): Paths {
  const { information } = look;
  const furthest = REACH * Math.sqrt(information) + largestDrift * information;
  const low = Math.max(look.loss, look.futility, -furthest);
  const high = Math.min(look.promotion, furthest);
  if (!(low < high)) return { positions: new Float64Array(), shares: new Float64Array(), information };
  const deviation = Math.sqrt(information - paths.information);
  const [center, half] = [(low + high) / 2, (high - low) / 2];
  const rule = ruleOf((NODES_PER_DEVIATION * (high - low)) / deviation);
  const positions = new Float64Array(rule.length);
  const shares = new Float64Array(rule.length);
  // Both sets of positions rise, so that the paths within reach of one position are a window that moves.
  let first = 0;
  for (const [target, { node, weight }] of rule.entries()) {
    const position = center + half * node;
    let density = 0;
    while ((paths.positions[first] ?? position) < position - STEP_REACH * deviation) first++;
    for (let source = first; source < paths.positions.length; source++) {
      const distance = (position - (paths.positions[source] ?? 0)) / deviation;
      if (distance < -STEP_REACH) break;
      density += (paths.shares[source] ?? 0) * Math.exp((-distance * distance) / 2);
    }
    positions[target] = position;
    shares[target] = (half * weight * density * INVERSE_SQRT_TWO_PI) / deviation;
  }
  return { positions, shares, information };
}

const START: Paths = { positions: Float64Array.of(0), shares: Float64Array.of(1), information: 0 };

/**
 * Prepares the answer for one set of looks, so that it is cheap for many effects: paths are followed without an effect, and an
 * effect changes how likely each of them is.
 * @param looks at least one, in the order of their information
 * @param largestDrift the largest absolute drift that is going to be asked about
 * @returns from the drift, which is the score that is expected at an information of 1, to how the test ends
 */
export function stoppingChancesOf(
  looks: readonly LookLimits[],
  largestDrift: number,
): (drift: number) => StoppingChances {
  const before: Paths[] = [START];
  for (const look of looks.slice(0, -1)) before.push(advance(before.at(-1) ?? START, look, largestDrift));
  return (drift) => {
    const ends = { promoted: 0, provenWorse: 0, futile: 0, undecided: 0, information: 0 };
    for (const [index, look] of looks.entries()) {
      const paths = before[index] ?? START;
      const step = look.information - paths.information;
      const deviation = Math.sqrt(step);
      const isLast = index === looks.length - 1;
      const above = (limit: number, position: number) =>
        tailBeyond((limit - position - drift * step) / deviation);
      const below = (limit: number, position: number) =>
        tailBeyond((position + drift * step - limit) / deviation);
      const start = { ...ends };
      for (let node = 0; node < paths.positions.length; node++) {
        const position = paths.positions[node] ?? 0;
        const share =
          (paths.shares[node] ?? 0) * Math.exp(drift * position - (drift ** 2 * paths.information) / 2);
        if (!(share > 0)) continue;
        const promoted = above(look.promotion, position);
        const worse = below(look.loss, position);
        const left = look.futility > look.loss ? below(look.futility, position) : worse;
        ends.promoted += share * promoted;
        ends.provenWorse += share * worse;
        ends.futile += share * Math.max(0, left - worse);
        if (isLast) ends.undecided += share * Math.max(0, 1 - promoted - left);
      }
      const ended = ends.promoted + ends.provenWorse + ends.futile + ends.undecided;
      const endedBefore = start.promoted + start.provenWorse + start.futile + start.undecided;
      ends.information += look.information * (ended - endedBefore);
    }
    return ends;
  };
}
