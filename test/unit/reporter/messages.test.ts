import { describe, expect, it } from "vitest";
import {
  experimentMessageSchema,
  type LimitData,
  limitNameSchema,
  type Message,
  type MessageData,
} from "#model/webhook/message.ts";
import { describeLimit } from "#reporter/describe-limit.ts";
import { describeMessage } from "#reporter/describe-message.ts";
import { toSlackMessage } from "#reporter/slack-message.ts";

const DATA: MessageData = {
  experiment: "shorter-prompt",
  name: "Shorter <prompt> & more",
  config: "support-answer",
  variant: { key: "short", version: 2 },
  control: "long",
  release: {
    origin: null,
    name: "v2-release",
    stages: [
      { share: 0.05, seconds: 60 },
      { share: 0.5, seconds: 60 },
    ],
    stage: 0,
    previousVersion: 1,
  },
  successor: null,
  summary: "Shorter <prompt> & more has <!channel> won.",
  reason: "A > B",
  actor: "access:ann@example.com",
  path: "/experiments/shorter-prompt",
};

const MESSAGE: Message = { type: "experiment.promoted", timestamp: "2026-01-01T00:00:00.000Z", data: DATA };

describe("A message", () => {
  it("has a sentence of its own for each type", () => {
    const sentences = experimentMessageSchema.shape.type.options.map((type) => describeMessage(type, DATA));
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const sentence of sentences) {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(sentence).not.toMatch(/undefined|null/);
    }
  });

  it("says which stage begins, and for how many", () => {
    expect(describeMessage("release.stage_started", DATA)).toBe(
      "Started stage 1 of 2 of the release 'v2-release': version 2 goes to 5 %.",
    );
    expect(describeMessage("release.reverted", DATA)).toBe(
      "The release 'v2-release' was reverted: version 1 stays live.",
    );
  });
});

describe("A message for Slack", () => {
  it("mentions nobody: what people wrote has no markup", () => {
    const { text, blocks } = toSlackMessage(MESSAGE, null);
    expect(text).toBe("Shorter &lt;prompt&gt; &amp; more has &lt;!channel&gt; won.");
    expect(JSON.stringify(blocks)).not.toMatch(/[<>]/);
    expect(JSON.stringify(blocks)).toContain("A &gt; B");
  });

  it("links to the dashboard where its address is known", () => {
    const linked = JSON.stringify(toSlackMessage(MESSAGE, "https://bakeoff.example.com"));
    expect(linked).toContain(
      "<https://bakeoff.example.com/experiments/shorter-prompt|Open in the dashboard>",
    );
  });

  it("stays within what Slack takes, however long the texts and however much of them is escaped", () => {
    const data = { ...DATA, summary: "&".repeat(5_000), reason: "<".repeat(2_000) };
    const { text, blocks } = toSlackMessage({ ...MESSAGE, data }, null);
    const sections = blocks.flatMap((block) => ("text" in block ? [block.text.text] : []));
    expect(sections).toHaveLength(2);
    for (const part of [text, ...sections]) expect(part.length).toBeLessThanOrEqual(3_000);
  });
});

describe("A message about a limit", () => {
  it("says whose limit it is, how much is used, and what to do", () => {
    const told = limitNameSchema.options.map((limit) => describeLimit(limit, "log", 80, 100));
    expect(new Set(told.map(({ reason }) => reason)).size).toBe(told.length);
    for (const { summary, reason } of told) {
      expect(summary).toMatch(/^The .* of at most .*\.$/);
      expect(reason).toMatch(/^[A-Z].*\.$/);
    }
    expect(describeLimit("database_bytes", "log", 7.04e9, 1e10)).toMatchObject({
      summary: "The event log's database holds 7 of at most 10 GB.",
      path: null,
    });
    expect(describeLimit("api_keys", null, 800, 1_000).summary).toBe(
      "The installation has 800 of at most 1,000 API keys.",
    );
  });

  it("links to the page where something can be done, if there is one", () => {
    const data: LimitData = {
      limit: "overrides",
      subject: "a",
      used: 80,
      maximum: 100,
      ...describeLimit("overrides", "a", 80, 100),
    };
    const inSlack = (path: string | null) =>
      toSlackMessage(
        { type: "limit.approaching", timestamp: "2026-01-01T00:00:00.000Z", data: { ...data, path } },
        "https://bakeoff.example.com",
      ).blocks;
    expect(JSON.stringify(inSlack(data.path))).toContain("https://bakeoff.example.com/experiments/a|Open");
    expect(inSlack(null).map(({ type }) => type)).toEqual(["section", "section"]);
  });
});
