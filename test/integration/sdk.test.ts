import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { BakeoffError, createBakeoff } from "../../sdk/src/index.ts";
import { createExperiment, succeed } from "../support/api-client.ts";

function clientWith(key: string) {
  return createBakeoff({
    url: "https://bakeoff.test/",
    key,
    fetch: (input, init) => exports.default.fetch(new Request(input, init)),
  });
}

describe("the SDK", () => {
  it("assigns a unit and logs what happened to it", async () => {
    const { key, config } = await createExperiment();
    const { secret } = await succeed("POST", "/v1/keys", { name: "app", scope: "server" });
    const bakeoff = clientWith(secret);
    const { experiment, variant, value } = await bakeoff.assign(config, { unit: "user-1" });
    expect(value.model).toMatch(/^model-/);
    if (experiment === null || variant === null) throw new Error("the unit is in no experiment");
    const event = {
      id: "answer-1",
      experiment,
      variant,
      unit: "user-1",
      metrics: { task_success: 1, latency_ms: 812 },
    };
    expect(await bakeoff.log([event])).toMatchObject({ accepted: 1 });
    expect(await bakeoff.log([event])).toMatchObject({ accepted: 0, duplicates: 1 });
    expect((await succeed("GET", `/v1/experiments/${key}/results`)).analysis.events).toBe(1);
  });

  it("throws what the server says, with its stable code", async () => {
    const refused = await clientWith("bk_server_wrong")
      .assign("anything", { unit: "u" })
      .catch((cause: unknown) => cause);
    expect(refused).toBeInstanceOf(BakeoffError);
    expect(refused).toMatchObject({ status: 401, code: "unknown_key" });
  });
});
