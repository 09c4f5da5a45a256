import { unitHashesOf } from "#aggregator/unit-hash.ts";
import { postUnitHashes } from "#contract/unit-hashes.ts";
import { err, ok } from "#shared/result.ts";
import { findExperiment } from "#store/experiments.ts";
import { handle } from "../http/route.ts";

export const unitHashRoutes = [
  handle(postUnitHashes, async ({ body, context: { services, environment } }) => {
    const hashes = unitHashesOf(environment);
    let unitKeyId: string | undefined = hashes.currentId;
    if (body.experiment !== undefined) {
      const found = await findExperiment(services.database, body.experiment);
      if (!found.ok) return found;
      const { startedAt, unitKeyId: own } = found.value;
      // One that has not started will have the present key.
      if (startedAt !== null) unitKeyId = own ?? hashes.oldestId;
    }
    if (unitKeyId === undefined || !hashes.ids.includes(unitKeyId))
      return err("temporarily_unavailable", "The secret by which these units are hashed is missing.");
    const id = unitKeyId;
    return ok({ unitKeyId: id, hashes: body.units.map((unit) => hashes.of(unit, id) ?? "") });
  }),
];
