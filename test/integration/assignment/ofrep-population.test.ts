import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { RulesetContext } from "#api/http/route.ts";
import { ofrepRoutes } from "#api/protocols/ofrep/routes.ts";
import { assignIn } from "#assigner/assign.ts";
import { RulesetCache } from "#ruleset/edge-cache.ts";
import { openDatabases } from "#store/database.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { attributesAt, unitAt } from "#test/support/unit-population.ts";

const UNITS = 100_000;

/**
 * The route's handler itself: over HTTP a request per unit would take minutes, so there a sample is asked
 * (test/e2e/clients/six-ways.test.ts).
 */
it(`OFREP gives each of ${UNITS} units the variant of assign(), and exposes those in the experiment`, async () => {
  const { key, config } = await createExperiment({
    variants: [
      { key: "a", version: 1, weight: 0.2 },
      { key: "b", version: 2, weight: 0.3 },
      { key: "c", version: 3, weight: 0.5 },
    ],
    control: "a",
    coverage: 0.7,
    namespace: { name: "layer", range: [0, 0.6] },
    condition: { $or: [{ country: { $in: ["CA", "US"] } }, { age: { $gte: 60 } }] },
  });
  const execution = createExecutionContext();
  const now = Date.now();
  const current = await new RulesetCache().current(env, execution, now);
  if (!current.ok) throw new Error(current.error.detail);
  const served = current.value;
  const context: RulesetContext = {
    environment: env,
    execution,
    services: { ...openDatabases(env), aggregators: env.AGGREGATOR, now },
    served,
    caller: { actor: "key:test", scope: "server", source: "key", email: null },
    key: undefined,
    unitToken: undefined,
    act: (reason = "") => ({ actor: "key:test", reason, now }),
    now,
  };
  const route = ofrepRoutes.find(({ path }) => path.endsWith("/:key"));
  const prepared = served.ruleset.parts.config(config);
  if (!route || !prepared) throw new Error("there is no route for single flags, or no AI config");

  const request = new Request("https://bakeoff.test");
  const differing: string[] = [];
  let exposed = 0;
  for (let index = 0; index < UNITS; index++) {
    const [unit, attributes] = [unitAt(index), attributesAt(index)];
    const body = { context: { targetingKey: unit, ...attributes } };
    const parameters = { key: config };
    const answer = await route.handle({ parameters, body, query: undefined, request, context });
    const expected = assignIn(prepared, unit, attributes);
    if (!expected.ok) throw new Error(expected.code);
    const { value, variant, experiment } = expected.assignment;
    if (experiment) exposed += 1;
    const json = answer.ok ? answer.value : undefined;
    const agrees =
      Reflect.get(Object(json), "value") === value &&
      Reflect.get(Object(json), "variant") === (variant ?? "live") &&
      Reflect.get(Object(Reflect.get(Object(json), "metadata")), "experiment") === (experiment ?? undefined);
    if (!agrees) differing.push(unit);
  }
  expect(differing).toEqual([]);
  await waitOnExecutionContext(execution);
  const { analysis } = await succeed("GET", `/v1/experiments/${key}/results`);
  expect(analysis).toMatchObject({ units: exposed, multipleExposureUnits: 0 });
});
