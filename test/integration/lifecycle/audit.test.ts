import { beforeAll, describe, expect, it } from "vitest";
import { auditListSchema } from "#contract/audit.ts";
import { call, createConfig, createExperiment, succeed, uniqueKey } from "#test/support/api-client.ts";

async function entriesOf(query: Record<string, string>) {
  return auditListSchema.parse(await succeed("GET", `/v1/audit?${new URLSearchParams(query)}`)).entries;
}

describe("the audit", () => {
  let experiment: string;

  beforeAll(async () => {
    ({ key: experiment } = await createExperiment());
    await createExperiment();
    await succeed("POST", `/v1/experiments/${experiment}/pause`, { reason: "a look at the traffic" });
  });

  it("is narrowed to one object, one actor and one kind of act, together and alone", async () => {
    const subject = `experiment:${experiment}`;
    const started = await entriesOf({ action: "experiment.start" });
    expect(started.map(({ action }) => action)).toEqual(["experiment.start", "experiment.start"]);
    expect((await entriesOf({ action: "experiment.start", subject })).map((entry) => entry.subject)).toEqual([
      subject,
    ]);
    expect(await entriesOf({ action: "experiment.start", subject, actor: "key:admin" })).toHaveLength(1);
    expect(await entriesOf({ action: "experiment.start", subject, actor: "cron" })).toEqual([]);
    expect(await entriesOf({ actor: "cron" })).toEqual([]);
    const everything = await entriesOf({});
    expect(await entriesOf({ actor: "key:admin" })).toEqual(everything);
  });

  it("is read page by page however it is narrowed", async () => {
    const all = await entriesOf({ action: "config.create" });
    const [first, second] = all;
    const next = await entriesOf({ action: "config.create", before: first?.id ?? "", limit: "1" });
    expect(next).toEqual([second]);
  });

  it("says which version was added, two at once included", async () => {
    const key = uniqueKey("config");
    await createConfig(key);
    const value = { model: "model-3" };
    const added = await Promise.all(
      ["one", "another"].map((note) => succeed("POST", `/v1/configs/${key}/versions`, { value, note })),
    );
    const entries = await entriesOf({ subject: `config:${key}`, action: "config.add_version" });
    const numbers = (list: readonly unknown[]) => list.map(Number).toSorted((a, b) => a - b);
    expect(numbers(entries.slice(0, 2).map(({ details }) => details.version))).toEqual(
      numbers(added.map(({ version }) => version)),
    );
  });

  it("has no word of a version of an AI config that there is not", async () => {
    const answer = await call("POST", "/v1/configs/nothing/versions", { value: { model: "model-1" } });
    expect(answer).toMatchObject({ status: 404, body: { code: "config_not_found" } });
    expect(await entriesOf({ subject: "config:nothing" })).toEqual([]);
  });

  it.each([
    ["subject", "nothing"],
    ["subject", "config:a b"],
    ["actor", ""],
    ["actor", "x".repeat(321)],
    ["action", "start"],
    ["action", "experiment.start' OR 1=1 --"],
    ["who", "cron"],
  ])("refuses the filter %s=%s", async (name, value) => {
    const response = await call("GET", `/v1/audit?${new URLSearchParams({ [name]: value })}`);
    expect(response.status).toBe(422);
  });
});
