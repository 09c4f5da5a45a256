/**
 * Fieller's interval for (treatment − control) / |control|: every ratio that the two means do not contradict.
 * @param multiplier how many standard errors the underlying interval spans (a t quantile, or an always-valid multiplier)
 * @returns undefined when the baseline is too noisy for a bounded interval
 * @see Fieller 1954
 */
export function fiellerInterval(
  control: { estimate: number; squaredError: number },
  treatment: { estimate: number; squaredError: number },
  multiplier: number,
): { lower: number; upper: number } | undefined {
  const baseline = control.estimate;
  const noise = (multiplier ** 2 * control.squaredError) / baseline ** 2;
  if (!(noise < 1)) return undefined;
  const ratio = treatment.estimate / baseline;
  const spread =
    (multiplier / Math.abs(baseline)) *
    Math.sqrt((1 - noise) * treatment.squaredError + ratio ** 2 * control.squaredError);
  const low = (ratio - spread) / (1 - noise) - 1;
  const high = (ratio + spread) / (1 - noise) - 1;
  return baseline > 0 ? { lower: low, upper: high } : { lower: -high, upper: -low };
}
