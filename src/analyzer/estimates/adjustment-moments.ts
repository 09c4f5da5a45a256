import type { AdjustmentCell, AdjustmentMoments, ExactSum } from "#model/analysis/moments.ts";
import { accumulate, accumulateProduct, add, ZERO } from "../numeric/exact-sum.ts";
import type { UnitContribution } from "./unit-contribution.ts";

/** The products of n covariates: those of the upper triangle. */
function productsOf(covariates: number): number {
  return (covariates * (covariates + 1)) / 2;
}

/** Of no units. @param covariates how many */
export function emptyAdjustment(covariates: number): AdjustmentMoments {
  const zeros = (count: number) => Array.from({ length: count }, () => ZERO);
  return { cells: {}, zz: zeros(productsOf(covariates)), zy: zeros(covariates), zd: zeros(covariates) };
}

function addEach(a: readonly ExactSum[], b: readonly ExactSum[]): ExactSum[] {
  return a.map((sum, index) => add(sum, b[index] ?? ZERO));
}

function addCells(a: AdjustmentCell | undefined, b: AdjustmentCell): AdjustmentCell {
  if (!a) return b;
  return { units: a.units + b.units, y: add(a.y, b.y), d: add(a.d, b.d), z: addEach(a.z, b.z) };
}

/** Moments of the union of two disjoint sets of units, adjusted for the same. */
export function mergeAdjustments(
  a: AdjustmentMoments | undefined,
  b: AdjustmentMoments | undefined,
): AdjustmentMoments | undefined {
  if (!a || !b) return a ?? b;
  const cells = { ...a.cells };
  for (const [key, cell] of Object.entries(b.cells)) cells[key] = addCells(cells[key], cell);
  return { cells, zz: addEach(a.zz, b.zz), zy: addEach(a.zy, b.zy), zd: addEach(a.zd, b.zd) };
}

interface RunningCell {
  units: number;
  /** Y, D and every covariate, two doubles each. */
  sums: Float64Array;
}

function readSums(sums: Float64Array, from: number, count: number): ExactSum[] {
  return Array.from({ length: count }, (_, index) => [
    sums[from + 2 * index] ?? 0,
    sums[from + 2 * index + 1] ?? 0,
  ]);
}

function writeSums(sums: Float64Array, from: number, values: readonly ExactSum[]): void {
  for (const [index, [high, low]] of values.entries()) {
    sums[from + 2 * index] = high;
    sums[from + 2 * index + 1] = low;
  }
}

/** A metric's adjustment moments while they are counted, changed in place. */
export class RunningAdjustment {
  readonly #covariates: number;
  readonly #cells = new Map<number, RunningCell>();
  /** The products, then z·y, then z·d. */
  readonly #products: Float64Array;

  constructor(covariates: number, moments?: AdjustmentMoments) {
    this.#covariates = covariates;
    this.#products = new Float64Array(2 * (productsOf(covariates) + 2 * covariates));
    if (!moments) return;
    for (const [key, { units, y, d, z }] of Object.entries(moments.cells)) {
      const cell = { units, sums: new Float64Array(2 * (2 + covariates)) };
      writeSums(cell.sums, 0, [y, d, ...z]);
      this.#cells.set(Number(key), cell);
    }
    writeSums(this.#products, 0, [...moments.zz, ...moments.zy, ...moments.zd]);
  }

  /** Adds what a unit contributes, or takes it out. */
  move(
    { y, d }: UnitContribution,
    { cell, z }: NonNullable<UnitContribution["adjusters"]>,
    sign: 1 | -1,
  ): void {
    this.#moveCell(cell, [y, d, ...z], sign);
    if (this.#cells.size === 0) {
      this.#products.fill(0);
      return;
    }
    let place = 0;
    const addProduct = (a: number, b: number) => {
      if (a !== 0 && b !== 0) accumulateProduct(this.#products, place, a, b, sign);
      place += 2;
    };
    for (const [index, value] of z.entries()) for (const other of z.slice(index)) addProduct(value, other);
    for (const value of z) addProduct(value, y);
    for (const value of z) addProduct(value, d);
  }

  #moveCell(key: number, values: readonly number[], sign: 1 | -1): void {
    const cell = this.#cells.get(key) ?? { units: 0, sums: new Float64Array(2 * (2 + this.#covariates)) };
    cell.units += sign;
    // Nothing of units that are gone.
    if (cell.units === 0) {
      this.#cells.delete(key);
      return;
    }
    for (const [index, value] of values.entries())
      if (value !== 0) accumulate(cell.sums, 2 * index, sign * value, 0);
    this.#cells.set(key, cell);
  }

  /** The sum of a covariate's squares. */
  squaresOf(covariate: number): number {
    let place = 0;
    for (let row = 0; row < covariate; row++) place += this.#covariates - row;
    return this.#products[2 * place] ?? 0;
  }

  get moments(): AdjustmentMoments | undefined {
    if (this.#cells.size === 0) return undefined;
    const count = this.#covariates;
    const cells: Record<string, AdjustmentCell> = {};
    for (const key of [...this.#cells.keys()].sort((a, b) => a - b)) {
      const cell = this.#cells.get(key);
      if (!cell) continue;
      const [y = ZERO, d = ZERO, ...z] = readSums(cell.sums, 0, 2 + count);
      cells[key] = { units: cell.units, y, d, z };
    }
    const products = productsOf(count);
    return {
      cells,
      zz: readSums(this.#products, 0, products),
      zy: readSums(this.#products, 2 * products, count),
      zd: readSums(this.#products, 2 * (products + count), count),
    };
  }
}
