import type { Figure } from "./figures.ts";
import type { Question } from "./questions.ts";

/** The rates that a chart's left and right ends stand for. */
export interface Scale {
  low: number;
  high: number;
}

const WIDTH = 320;
const HEIGHT = 22;
const PADDING = 6;

/** Room for every interval, the nominal rate and the bar's finite ends. */
export function scaleOf({ bar, nominal }: Question, figures: readonly Figure[]): Scale {
  const ends = [bar?.low, bar?.high].flatMap((end) => (end && end < 1 ? end : []));
  const all = [...figures.flatMap(({ low, high }) => [low, high]), ...ends, nominal ?? []].flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = 0.06 * (high - low);
  return { low: Math.max(0, low - margin), high: high > 1 ? high + margin : Math.min(1, high + margin) };
}

function position({ low, high }: Scale, rate: number): number {
  const share = Math.min(1, Math.max(0, (rate - low) / (high - low)));
  return Number((PADDING + share * (WIDTH - 2 * PADDING)).toFixed(1));
}

/** One rate with its interval, before the bar it is held against. */
export function dotAndInterval(scale: Scale, { bar, nominal }: Question, figure: Figure): string {
  const at = (rate: number) => position(scale, rate);
  const middle = HEIGHT / 2;
  const range = bar
    ? `<rect class="bar" x="${at(bar.low)}" y="0" width="${at(bar.high) - at(bar.low)}" height="${HEIGHT}"/>`
    : "";
  const promise =
    nominal === null
      ? ""
      : `<line class="nominal" x1="${at(nominal)}" x2="${at(nominal)}" y1="0" y2="${HEIGHT}"/>`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" aria-hidden="true">${range}${promise}
<line class="interval" x1="${at(figure.low)}" x2="${at(figure.high)}" y1="${middle}" y2="${middle}"/>
<circle class="dot" cx="${at(figure.rate)}" cy="${middle}" r="4.5"/></svg>`;
}
