import { describe, expect, it } from "vitest";
import { portfolioSchema } from "#contract/portfolio.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { unitWith } from "#test/support/assigned-units.ts";

describe("the portfolio of an installation", () => {
  it("has ended experiments with effects, labels and what was learned, and counts the others", async () => {
    const { key } = await createExperiment();
    await createExperiment();
    const events = ["control", "treatment"].flatMap((variant) =>
      Array.from({ length: 60 }, (_, index) => ({
        id: `${variant}-${index}`,
        experiment: key,
        unit: unitWith(`${variant}-${index}`, [{ key }, variant]),
        variant,
        metrics: {
          task_success: Number(index % 10 < (variant === "control" ? 3 : 6)),
          latency_ms: 100 + index,
        },
      })),
    );
    await succeed("POST", "/v1/events", { events });
    await succeed("PATCH", `/v1/experiments/${key}/labels`, {
      tags: ["tone"],
      notes: "Ask again in spring.",
    });
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "Enough seen" });
    const portfolio = portfolioSchema.parse(await succeed("GET", "/v1/portfolio"));
    expect(portfolio.statuses).toMatchObject({ stopped: 1, running: 1 });
    expect(portfolio.outcomes).toEqual({ won: 0, lost: 0, undecided: 1 });
    const [experiment] = portfolio.experiments;
    expect(experiment).toMatchObject({
      key,
      units: 120,
      tags: ["tone"],
      notes: "Ask again in spring.",
      conclusion: { action: "stop", reason: "Enough seen" },
    });
    expect(experiment?.effects[0]?.estimate).toBeCloseTo(0.3, 10);
    const tagged = await succeed("GET", "/v1/portfolio?tag=other");
    expect(tagged.experiments).toEqual([]);
    expect((await succeed("GET", "/v1/portfolio?tag=tone")).experiments).toHaveLength(1);
  });

  it("is a Markdown document on request, and refuses other formats", async () => {
    const answer = await call("GET", "/v1/portfolio?format=markdown");
    expect(answer.headers.get("content-type")).toContain("text/markdown");
    expect(answer.body).toContain("## What was learned");
    expect((await call("GET", "/v1/portfolio?format=pdf")).status).toBe(422);
  });
});
