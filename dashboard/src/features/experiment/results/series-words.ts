import type { SeriesLook } from "#dashboard/charts/draw-series.ts";
import type { MarginLine } from "#dashboard/charts/interval-mark.tsx";
import { plural } from "#dashboard/format/words.ts";

type Ends = SeriesLook["fixed"];

/** −1 or +1 where an interval lies wholly on one side of a value, else 0. */
function sideOf([lower, upper]: Ends, value: number): -1 | 0 | 1 {
  if (lower !== null && lower > value) return 1;
  return upper !== null && upper < value ? -1 : 0;
}

interface Picture {
  looks: readonly SeriesLook[];
  variant: string;
  /** +1 when larger values are better. */
  improvementSign: 1 | -1;
  margin: MarginLine | null;
  live: boolean;
}

function aboutZero({ looks, variant, improvementSign, live }: Picture, last: SeriesLook): string {
  const side = sideOf(last.alwaysValid, 0) * improvementSign;
  if (side === 0) {
    const advice = live
      ? "the difference may still be chance, so it is too early to stop for a winner"
      : "the difference may be chance";
    return `The band still includes zero: ${advice}.`;
  }
  const first = looks.findIndex(({ alwaysValid }) => sideOf(alwaysValid, 0) * improvementSign === side);
  const word = side > 0 ? "better" : "worse";
  const when = `first seen at look ${first + 1} of ${looks.length}`;
  return `The band lies wholly on the ${word} side of zero: ${variant} is ${word} than control, and that holds however often you looked (${when}).`;
}

function aboutMargin({ margin }: Picture, last: SeriesLook): string {
  if (!margin) return "";
  const side = sideOf(last.alwaysValid, margin.at) * margin.harmSide;
  if (side > 0) return " It lies wholly beyond the margin: more harm than tolerated.";
  return side < 0
    ? " It stays clear of the margin: harm beyond it is excluded."
    : " It still includes the margin: harm beyond it is not excluded.";
}

/** Looks at which the thin band alone would have claimed a difference. */
function aboutPeeking({ looks }: Picture): string {
  const tempted = looks.filter(
    ({ fixed, alwaysValid }) => sideOf(fixed, 0) !== 0 && sideOf(alwaysValid, 0) === 0,
  );
  if (tempted.length === 0) return "";
  return ` At ${plural(String(tempted.length), "look")} the inner band alone left out zero: stopping there would have mistaken a peek for proof.`;
}

/** What a picture of intervals over time says about stopping or not. */
export function describeSeries(picture: Picture): string {
  const last = picture.looks.at(-1);
  if (!last) return "No look has seen enough units yet.";
  return aboutZero(picture, last) + aboutMargin(picture, last) + aboutPeeking(picture);
}
