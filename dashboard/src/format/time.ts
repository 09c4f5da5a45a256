const MINUTE = 60_000;

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
