import { z } from "zod";
import {
  minimumDetectableEffect,
  minimumDetectableLift,
} from "#analyzer/planning/minimum-detectable-effect.ts";
import { sampleSizeOfZTest } from "#analyzer/planning/sample-size.ts";
import { sampleSizesOfProportions } from "#analyzer/planning/sample-size-of-proportions.ts";
import {
  powerOfAlwaysValidLook,
  powerOfTTest,
  powerOfZTest,
  sampleSizeOfTTest,
} from "#analyzer/planning/test-power.ts";
import { type Method, method, renamed } from "../method.ts";
import { doubleSchema } from "../vector-file.ts";

const sidesSchema = z.union([z.literal(1), z.literal(2)]).default(2);

export const PLANNING_METHODS: Record<string, Method> = {
  sample_size_means: method(
    z.object({
      delta: doubleSchema,
      sd1: doubleSchema,
      sd2: doubleSchema,
      alpha: doubleSchema,
      power: doubleSchema,
      sides: sidesSchema,
      ratio_n2_n1: doubleSchema.default(1),
    }),
    (input) =>
      renamed(
        sampleSizeOfZTest(
          {
            controlDeviation: input.sd1,
            treatmentDeviation: input.sd2,
            minimumDetectableEffect: input.delta,
            alpha: input.alpha,
            power: input.power,
            ratio: input.ratio_n2_n1,
          },
          input.sides,
        ),
        (found) => ({
          n1: found.exactControlUnits,
          n1_ceil: found.controlUnits,
          n2_ceil: found.treatmentUnits,
        }),
      ),
  ),
  sample_size_means_t: method(
    z.object({ effect_size_d: doubleSchema, alpha: doubleSchema, power: doubleSchema, sides: sidesSchema }),
    (input) =>
      renamed(sampleSizeOfTTest(input.effect_size_d, input.alpha, input.power, input.sides), (found) => ({
        n_per_arm: found.exactUnitsPerArm,
        n_per_arm_ceil: found.unitsPerArm,
      })),
  ),
  power_means_t: method(
    z.object({
      effect_size_d: doubleSchema,
      n_per_arm: doubleSchema,
      alpha: doubleSchema,
      sides: sidesSchema,
    }),
    (input) => powerOfTTest(input.effect_size_d, input.n_per_arm, input.alpha, input.sides),
  ),
  power_z: method(
    z.object({ effect: doubleSchema, se: doubleSchema, alpha: doubleSchema, sides: sidesSchema }),
    (input) => powerOfZTest(input.effect, input.se, input.alpha, input.sides),
  ),
  power_sequential_single_look: method(
    z.object({
      effect: doubleSchema,
      se: doubleSchema,
      n: doubleSchema,
      alpha: doubleSchema,
      tuning_n: doubleSchema,
    }),
    (input) => powerOfAlwaysValidLook(input.effect, input.se, input.n, input.tuning_n, input.alpha),
  ),
  sample_size_props: method(
    z.object({
      p1: doubleSchema,
      delta: doubleSchema,
      alpha: doubleSchema,
      power: doubleSchema,
      sides: sidesSchema,
    }),
    (input) =>
      renamed(
        sampleSizesOfProportions(input.p1, input.delta, input.alpha, input.power, input.sides),
        ({ exact, units }) => ({
          pooled: exact.pooled,
          unpooled: exact.unpooled,
          evan_miller: exact.evanMiller,
          arcsine: exact.arcsine,
          pooled_ceil: units.pooled,
          unpooled_ceil: units.unpooled,
          evan_miller_ceil: units.evanMiller,
          arcsine_ceil: units.arcsine,
        }),
      ),
  ),
  mde_abs: method(
    z.object({
      sd1: doubleSchema,
      sd2: doubleSchema,
      n1: doubleSchema,
      n2: doubleSchema,
      alpha: doubleSchema,
      power: doubleSchema,
      sides: sidesSchema,
    }),
    (input) =>
      renamed(
        minimumDetectableEffect(
          { deviation: input.sd1, units: input.n1 },
          { deviation: input.sd2, units: input.n2 },
          input.alpha,
          input.power,
          input.sides,
        ),
        ({ effect }) => ({ mde: effect }),
      ),
  ),
  mde_relative: method(
    z.object({
      mean: doubleSchema,
      sd: doubleSchema,
      n_per_arm: doubleSchema,
      alpha: doubleSchema,
      power: doubleSchema,
    }),
    (input) =>
      renamed(
        minimumDetectableLift(
          { mean: input.mean, deviation: input.sd },
          input.n_per_arm,
          input.alpha,
          input.power,
        ),
        ({ lift }) => ({ mde_relative: lift }),
      ),
  ),
};
