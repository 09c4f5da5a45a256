import type { SeriesLook } from "#dashboard/charts/draw-series.ts";
import type { MarginLine } from "#dashboard/charts/interval-mark.tsx";
import { plural } from "#reporter/numbers.ts";

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
      ? "the difference may be due to chance, so it is too early to declare a winner"
      : "the difference may be due to chance";
    return `The interval still includes zero: ${advice}.`;
  }
  const first = looks.findIndex(({ alwaysValid }) => sideOf(alwaysValid, 0) * improvementSign === side);
  const word = side > 0 ? "better" : "worse";
  const when = `first in analysis ${first + 1} of ${looks.length}`;
  return `The interval excludes zero: ${variant} is ${word} than control, however often you checked (${when}).`;
}

function aboutMargin({ margin }: Picture, last: SeriesLook): string {
  if (!margin) return "";
  const side = sideOf(last.alwaysValid, margin.at) * margin.harmSide;
  if (side > 0) return " It is entirely beyond the tolerance.";
  return side < 0
    ? " Harm beyond the tolerance is ruled out."
    : " Harm beyond the tolerance is not ruled out yet.";
}

/** Looks at which the thin band alone would have claimed a difference. */
function aboutPeeking({ looks }: Picture): string {
  const falseAlarms = looks.filter(
    ({ fixed, alwaysValid }) => sideOf(fixed, 0) !== 0 && sideOf(alwaysValid, 0) === 0,
  );
  if (falseAlarms.length === 0) return "";
  return ` The fixed-horizon interval alone excluded zero ${plural(String(falseAlarms.length), "time")}: stopping then would have risked a false positive.`;
}

/** What a picture of intervals over time says about stopping or not. */
export function describeSeries(picture: Picture): string {
  const last = picture.looks.at(-1);
  if (!last) return "Not enough units yet.";
  return aboutZero(picture, last) + aboutMargin(picture, last) + aboutPeeking(picture);
}
