const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  { size: DAY, name: "d" },
  { size: HOUR, name: "h" },
  { size: MINUTE, name: "min" },
  { size: SECOND, name: "s" },
] as const;

/** The two largest parts of a duration: "3 d 4 h". */
export function formatDuration(milliseconds: number): string {
  const first = STEPS.findIndex(({ size }) => milliseconds >= size);
  const large = STEPS[first];
  if (!large) return "0 s";
  const small = STEPS[first + 1];
  const rest = small ? Math.floor((milliseconds % large.size) / small.size) : 0;
  const head = `${Math.floor(milliseconds / large.size)} ${large.name}`;
  return small && rest > 0 ? `${head} ${rest} ${small.name}` : head;
}

/** How long ago in one part: "4 s ago". */
export function formatAgo(then: number, now: number): string {
  const step = STEPS.find(({ size }) => now - then >= size);
  return step ? `${Math.floor((now - then) / step.size)} ${step.name} ago` : "just now";
}

const dateTime = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

export function formatDateTime(epochMilliseconds: number): string {
  return dateTime.format(epochMilliseconds);
}

const day = new Intl.DateTimeFormat("en", { dateStyle: "full" });
const timeOfDay = new Intl.DateTimeFormat("en", { timeStyle: "short" });

/** A day in full, to head what happened on it: "Monday, November 23, 2026". */
export function formatDay(epochMilliseconds: number): string {
  return day.format(epochMilliseconds);
}

export function formatTimeOfDay(epochMilliseconds: number): string {
  return timeOfDay.format(epochMilliseconds);
}

/** A moment as a field of the browser takes it: the viewer's own time, to the minute. */
export function toLocalMinute(epochMilliseconds: number): string {
  const offset = new Date(epochMilliseconds).getTimezoneOffset() * MINUTE;
  return new Date(epochMilliseconds - offset).toISOString().slice(0, 16);
}
