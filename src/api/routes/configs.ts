import {
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
  handle(getConfigs, async ({ context: { services } }) =>
    ok({ configs: await listConfigs(services.database) }),
  ),
  handle(postConfig, ({ body, context: { services, act } }) =>
    createConfig(services.database, { ...body, name: body.name ?? body.key }, act()),
  ),
  handle(getConfig, ({ parameters, context: { services } }) => findConfig(services.database, parameters.key)),
  handle(patchConfig, ({ parameters, body, context: { services, act } }) =>
    updateConfig(services.database, parameters.key, body, act()),
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
