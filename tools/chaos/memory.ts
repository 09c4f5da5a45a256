/** Fewer say nothing: a process that has just started grows. */
const LEAST_SAMPLES = 150;
const WARM_UP = 0.1;
const TOLERATED_GROWTH = 1.2;

const meanOf = (numbers: readonly number[]) =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/** Says how a server's memory has grown over a run, where the last third is well above the first. @param samples bytes */
export function findGrowth(samples: readonly number[]): string | undefined {
  if (samples.length < LEAST_SAMPLES) return undefined;
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const third = Math.floor(warm.length / 3);
  const first = meanOf(warm.slice(0, third));
  const last = meanOf(warm.slice(-third));
  if (last <= first * TOLERATED_GROWTH) return undefined;
  return `memory grows: ${megabytes(first)} in the first third, ${megabytes(last)} in the last`;
}
