import {
  deleteConfig,
  getConfig,
  getConfigs,
  getConfigVersion,
  getConfigVersions,
  patchConfig,
  postConfig,
  postConfigVersion,
  putLiveVersion,
} from "#contract/configs.ts";
import { ok } from "#shared/result.ts";
import { archiveConfig, deleteConfig as removeConfig } from "#store/archive-configs.ts";
import {
  addVersion,
  createConfig,
  findConfig,
  findVersion,
  listConfigs,
  listVersions,
  setLiveVersion,
  updateConfig,
} from "#store/configs.ts";
import { handle } from "../http/route.ts";

export const configRoutes = [
  handle(getConfigs, async ({ query, context: { services } }) =>
    ok({ configs: await listConfigs(services.database, query.archived) }),
  ),
  handle(postConfig, ({ body, context: { services, act } }) =>
    createConfig(services.database, { ...body, name: body.name ?? body.key }, act()),
  ),
  handle(getConfig, ({ parameters, context: { services } }) => findConfig(services.database, parameters.key)),
  handle(patchConfig, async ({ parameters: { key }, body, context: { services, act } }) => {
    const { archived, ...changes } = body;
    if (archived !== undefined) {
      const done = await archiveConfig(services.database, key, archived, act());
      if (!done.ok || Object.keys(changes).length === 0) return done;
    }
    return updateConfig(services.database, key, changes, act());
  }),
  handle(deleteConfig, ({ parameters, context: { services, act } }) =>
    removeConfig(services.database, parameters.key, act()),
  ),
  handle(getConfigVersions, async ({ parameters, query, context: { services } }) => {
    const versions = await listVersions(services.database, parameters.key, query);
    return versions.ok ? ok({ versions: versions.value }) : versions;
  }),
  handle(postConfigVersion, ({ parameters, body, context: { services, act } }) =>
    addVersion(services.database, parameters.key, body, act()),
  ),
  handle(getConfigVersion, ({ parameters, context: { services } }) =>
    findVersion(services.database, parameters.key, parameters.version),
  ),
  handle(putLiveVersion, ({ parameters, body, context: { services, act } }) =>
    setLiveVersion(services.database, parameters.key, body, act(body.reason)),
  ),
];
