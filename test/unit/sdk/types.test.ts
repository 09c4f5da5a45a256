import type { StandardSchemaV1 } from "@standard-schema/spec";
import { expectTypeOf, it } from "vitest";
import type { z } from "zod";
import type { AssignmentRequest } from "#contract/assignment.ts";
import type { outcomeEventSchema } from "#contract/events.ts";
import type { exposureReportSchema } from "#contract/exposures.ts";
import type { ConfigValue } from "#model/config/ai-config.ts";
import type { Assignment, AssignmentReason } from "#model/config/assignment.ts";
import type * as sdk from "#sdk/index.ts";
import type { TokenPrice } from "#telemetry/pricing/token-cost.ts";

/** Each may stand where the other is wanted. Checked by the compiler, like everything here: see test/checks. */
type Agree<Left, Right> = [Left, Right] extends [Right, Left] ? true : never;

it("publishes types that agree with the server's own, in both directions", () => {
  expectTypeOf<Agree<sdk.ConfigValue, ConfigValue>>().toEqualTypeOf<true>();
  expectTypeOf<Agree<sdk.AssignmentReason, AssignmentReason>>().toEqualTypeOf<true>();
  expectTypeOf<Agree<sdk.Assignment, Assignment>>().toEqualTypeOf<true>();
  expectTypeOf<Agree<sdk.OutcomeEvent, z.input<typeof outcomeEventSchema>>>().toEqualTypeOf<true>();
  expectTypeOf<Agree<sdk.Exposure, z.input<typeof exposureReportSchema>>>().toEqualTypeOf<true>();
  expectTypeOf<Agree<sdk.Price, TokenPrice>>().toEqualTypeOf<true>();
  type Asked = Required<Pick<sdk.AssignOptions<unknown>, "attributes" | "covariates">>;
  expectTypeOf<Agree<Asked, Required<Pick<AssignmentRequest, keyof Asked>>>>().toEqualTypeOf<true>();
});

it("takes whatever implements the Standard Schema interface", () => {
  expectTypeOf<StandardSchemaV1<unknown, number>>().toExtend<sdk.StandardSchema<number>>();
  expectTypeOf<z.ZodType<number>>().toExtend<sdk.StandardSchema<number>>();
});
