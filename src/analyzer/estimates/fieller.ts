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
  const baseline = Math.abs(control.estimate);
  const direction = Math.sign(control.estimate);
  // All in units of the baseline, whose square could over- or underflow.
  const controlError = Math.sqrt(control.squaredError) / baseline;
  const treatmentError = Math.sqrt(treatment.squaredError) / baseline;
  const noise = (multiplier * controlError) ** 2;
  if (!(noise < 1)) return undefined;
  const lift = (treatment.estimate - control.estimate) / baseline;
  const ratio = 1 + direction * lift;
  const spread = multiplier * Math.hypot(Math.sqrt(1 - noise) * treatmentError, ratio * controlError);
  const center = lift + direction * noise;
  return { lower: (center - spread) / (1 - noise), upper: (center + spread) / (1 - noise) };
}
