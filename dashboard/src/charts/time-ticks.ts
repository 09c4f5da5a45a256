const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 86_400_000;

/** Narrower plots have room for so few ticks that Plot infers no format, and writes a date of UTC instead. */
const NARROW_PIXELS = 560;

const formats = {
  seconds: new Intl.DateTimeFormat("en", { timeStyle: "medium" }),
  minutes: new Intl.DateTimeFormat("en", { timeStyle: "short" }),
  days: new Intl.DateTimeFormat("en", { month: "short", day: "numeric" }),
};

/**
 * How ticks of a time axis are written, in the viewer's time zone.
 * @param from  epoch milliseconds, as is `until`
 * @returns an option of the axis, or none where Plot's own format is the better one
 */
export function timeTicks(
  width: number,
  from: number,
  until: number,
): { tickFormat?: (moment: Date) => string } {
  if (width >= NARROW_PIXELS) return {};
  const span = until - from;
  const format = span > 2 * DAY ? formats.days : span > 2 * MINUTE ? formats.minutes : formats.seconds;
  return { tickFormat: (moment) => format.format(moment) };
}
