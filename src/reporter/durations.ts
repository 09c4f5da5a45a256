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

/** The same of seconds, as experiments and decisions have them. */
export function formatSeconds(seconds: number): string {
  return formatDuration(seconds * 1_000);
}

/** How long ago in one part: "4 s ago". */
export function formatAgo(then: number, now: number): string {
  const step = STEPS.find(({ size }) => now - then >= size);
  return step ? `${Math.floor((now - then) / step.size)} ${step.name} ago` : "just now";
}
