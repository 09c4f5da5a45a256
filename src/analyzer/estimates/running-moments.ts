import type { CovariateMoments, ExactSum, MetricMoments } from "#model/analysis/moments.ts";
import { accumulate, accumulateProduct } from "../numeric/exact-sum.ts";
import { RunningAdjustment } from "./adjustment-moments.ts";
import type { UnitContribution } from "./unit-contribution.ts";

/** Where each sum has its two doubles, behind two counts of units. */
const UNITS = 0;
const COVARIATE_UNITS = 1;
const [Y, D, YY, DD, YD] = [2, 4, 6, 8, 10];
const [COVARIATE_Y, COVARIATE_D, X, XX, XY, XD] = [12, 14, 16, 18, 20, 22];
const LENGTH = 24;

/** Sums hold 32 digits. Of squares that are smaller by more than this than what was taken out, too few are left to tell a variance. */
const PRECISE_RANGE = 1e15;

/**
 * The moments of a metric while they are counted: the same sums as `MetricMoments`, in one array that is changed in place. Making
 * new ones for every event costs as much as all the rest of counting it.
 */
export class RunningMoments {
  readonly #sums = new Float64Array(LENGTH);
  #isImprecise: boolean;
  #adjustment: RunningAdjustment | undefined;
  #moments: MetricMoments | undefined;

  constructor(moments: MetricMoments) {
    this.#moments = moments;
    this.#isImprecise = moments.isImprecise === true;
    this.#sums[UNITS] = moments.units;
    this.#write(Y, moments.y);
    this.#write(D, moments.d);
    this.#write(YY, moments.yy);
    this.#write(DD, moments.dd);
    this.#write(YD, moments.yd);
    if (moments.covariate) this.#writeCovariate(moments.covariate);
    if (moments.adjustment)
      this.#adjustment = new RunningAdjustment(moments.adjustment.zy.length, moments.adjustment);
  }

  /**
   * Moves the moments by what a unit contributes now minus what it contributed before.
   * @param before, after  undefined when the unit has (had) no part in the metric
   */
  replace(before: UnitContribution | undefined, after: UnitContribution | undefined): void {
    this.#moments = undefined;
    if (before) this.#move(before, -1);
    if (after) this.#move(after, 1);
    // Nothing of units that are gone, however large they were beside those before them.
    else if (this.#sums[UNITS] === 0) {
      this.#sums.fill(0);
      this.#adjustment = undefined;
      this.#isImprecise = false;
      return;
    }
    if (this.#sums[COVARIATE_UNITS] === 0) this.#sums.fill(0, COVARIATE_Y);
    if (before && this.#dwarfs(before)) this.#isImprecise = true;
  }

  /** Whether what was taken out was so large that it took the digits of what is left along. */
  #dwarfs({ y, x = 0, adjusters }: UnitContribution): boolean {
    if (this.#hasTaken(y, Y, YY) || this.#hasTaken(x, X, XX)) return true;
    return (
      adjusters?.z.some((z, index) => {
        const left = this.#adjustment?.squaresOf(index) ?? 0;
        return left !== 0 && z * z > PRECISE_RANGE * Math.abs(left);
      }) ?? false
    );
  }

  #hasTaken(value: number, sum: number, squares: number): boolean {
    const left = this.#sums[squares] ?? 0;
    // Zeros are all that is left, and exact.
    if (left === 0 && this.#sums[sum] === 0) return false;
    return value * value > PRECISE_RANGE * Math.abs(left);
  }

  /** The moments as they are now; the same object as long as they do not change. */
  get moments(): MetricMoments {
    if (this.#moments) return this.#moments;
    const adjustment = this.#adjustment?.moments;
    this.#moments = {
      units: this.#sums[UNITS] ?? 0,
      y: this.#read(Y),
      d: this.#read(D),
      yy: this.#read(YY),
      dd: this.#read(DD),
      yd: this.#read(YD),
      ...(this.#sums[COVARIATE_UNITS] && { covariate: this.#readCovariate() }),
      ...(adjustment && { adjustment }),
      ...(this.#isImprecise && { isImprecise: true }),
    };
    return this.#moments;
  }

  #move(contribution: UnitContribution, sign: 1 | -1): void {
    const { y, d, x, adjusters } = contribution;
    const sums = this.#sums;
    sums[UNITS] = (sums[UNITS] ?? 0) + sign;
    accumulate(sums, Y, sign * y, 0);
    accumulate(sums, D, sign * d, 0);
    accumulateProduct(sums, YY, y, y, sign);
    accumulateProduct(sums, DD, d, d, sign);
    accumulateProduct(sums, YD, y, d, sign);
    if (adjusters) {
      this.#adjustment ??= new RunningAdjustment(adjusters.z.length);
      this.#adjustment.move(contribution, adjusters, sign);
    }
    if (x === undefined) return;
    sums[COVARIATE_UNITS] = (sums[COVARIATE_UNITS] ?? 0) + sign;
    accumulate(sums, COVARIATE_Y, sign * y, 0);
    accumulate(sums, COVARIATE_D, sign * d, 0);
    accumulate(sums, X, sign * x, 0);
    accumulateProduct(sums, XX, x, x, sign);
    accumulateProduct(sums, XY, x, y, sign);
    accumulateProduct(sums, XD, x, d, sign);
  }

  #read(place: number): ExactSum {
    return [this.#sums[place] ?? 0, this.#sums[place + 1] ?? 0];
  }

  #write(place: number, [high, low]: ExactSum): void {
    this.#sums[place] = high;
    this.#sums[place + 1] = low;
  }

  #readCovariate(): CovariateMoments {
    return {
      units: this.#sums[COVARIATE_UNITS] ?? 0,
      y: this.#read(COVARIATE_Y),
      d: this.#read(COVARIATE_D),
      x: this.#read(X),
      xx: this.#read(XX),
      xy: this.#read(XY),
      xd: this.#read(XD),
    };
  }

  #writeCovariate({ units, y, d, x, xx, xy, xd }: CovariateMoments): void {
    this.#sums[COVARIATE_UNITS] = units;
    this.#write(COVARIATE_Y, y);
    this.#write(COVARIATE_D, d);
    this.#write(X, x);
    this.#write(XX, xx);
    this.#write(XY, xy);
    this.#write(XD, xd);
  }
}
