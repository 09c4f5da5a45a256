import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { overviewSchema } from "#contract/overview.ts";
import { createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";
import worker from "../../../src/limited.ts";

it("the overview asks for attention where a page's units are unvouched for an hour, until most are vouched for", async () => {
  const { key } = await createExperiment({ minimumUnits: 1_000 });
  const { secret } = await succeed("POST", "/v1/keys", { name: "page", scope: "client" });
  const log = (units: number, label: string, by?: string) =>
    succeed(
      "POST",
      "/v1/events",
      {
        events: Array.from({ length: units }, (_, index) => {
          const id = `${label}-${index}`;
          const unit = unitWith(id, [{ key }, "control"]);
          return { id, experiment: key, unit, variant: "control", metrics: { task_success: 1 } };
        }),
      },
      by,
    );
  const lookAt = async (scheduledTime: number) => {
    // The log has what the ledgers have.
    await succeed("GET", `/v1/experiments/${key}/verify`);
    await worker.scheduled({ scheduledTime, cron: "* * * * *", noRetry() {} }, env);
    const { attention } = overviewSchema.parse(await succeed("GET", "/v1/overview"));
    return attention.filter((item) => item.experiment === key && item.kind === "unvouched");
  };
  const now = Date.now();
  await log(2, "server");
  await log(3, "page", secret);
  const first = now - 90 * 60_000;
  expect(await lookAt(first)).toMatchObject([{ since: first, message: expect.stringMatching(/^3 of 5 /) }]);
  await log(2, "server-again");
  expect(await lookAt(now)).toEqual([]);
  await log(3, "page-again", secret);
  // From now on, and not for an hour yet.
  expect(await lookAt(now + 600_000)).toEqual([]);
});
