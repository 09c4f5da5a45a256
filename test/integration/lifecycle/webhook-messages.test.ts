import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { recordEvaluation } from "#lifecycle/apply-decision.ts";
import { switchOffVariant } from "#lifecycle/transitions.ts";
import { messageSchema } from "#model/webhook/message.ts";
import { evaluate } from "#results/evaluate.ts";
import { openDatabase } from "#store/database.ts";
import { findExperiment } from "#store/experiments.ts";
import { call, createExperiment, succeed } from "#test/support/api-client.ts";
import { addWebhook, deliverAt, deliveriesOf, useReceiver } from "#test/support/webhook-receiver.ts";
import { momentsOfCounts, totals } from "#tools/builders/moments-builder.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

const database = openDatabase(env.DB);

const receiver = useReceiver();

function messagesReceived() {
  return receiver.current.received.map(({ body }) => messageSchema.parse(JSON.parse(body)));
}

async function load(key: string) {
  const found = await findExperiment(database, key);
  if (!found.ok) throw new Error(found.error.detail);
  return found.value;
}

describe("A message", () => {
  it("is signed so that the receivers' library takes it, with both secrets after a rotation", async () => {
    const { id, secret } = await addWebhook();
    const rotated = await succeed("PATCH", `/v1/webhooks/${id}`, { rotateSecret: true });
    expect(rotated.secret).not.toBe(secret);
    const { key } = await createExperiment();
    await deliverAt(Date.now());
    const [message] = receiver.current.received;
    if (!message) throw new Error("nothing came");
    for (const one of [secret, rotated.secret]) {
      expect(new Webhook(one).verify(message.body, message.headers)).toMatchObject({
        type: "experiment.started",
        data: { experiment: key, path: `/experiments/${key}` },
      });
    }
    await deliverAt(Date.now());
    expect(receiver.current.received).toHaveLength(1);
  });

  it("is no longer signed with the former secret a day after a rotation", async () => {
    const { id, secret } = await addWebhook();
    await succeed("PATCH", `/v1/webhooks/${id}`, { rotateSecret: true });
    await createExperiment();
    await deliverAt(Date.now() + DAY + MINUTE);
    expect(secret).not.toBeNull();
    expect(receiver.current.received[0]?.headers["webhook-signature"]?.split(" ")).toHaveLength(1);
  });

  it("tells of everything that is done to an experiment, to those who want to know", async () => {
    await addWebhook();
    const { id } = await addWebhook({ types: ["experiment.stopped"] });
    const promoted = await createExperiment();
    await succeed("POST", `/v1/experiments/${promoted.key}/promote`, {
      variant: "treatment",
      reason: "as agreed",
    });
    const { key } = await createExperiment({
      variants: [
        { key: "control", version: 1, weight: 0.4 },
        { key: "treatment", version: 2, weight: 0.3 },
        { key: "other", version: 3, weight: 0.3 },
      ],
    });
    await switchOffVariant(database, await load(key), "other", {
      actor: "guardrail",
      reason: "harm",
      now: Date.now(),
    });
    await succeed("POST", `/v1/experiments/${key}/stop`, { reason: "enough" });
    const harmful = await createExperiment();
    await succeed("POST", `/v1/experiments/${harmful.key}/rollback`, { reason: "complaints" });
    await deliverAt(Date.now());
    const types = messagesReceived().map(({ type }) => type);
    expect(types.toSorted()).toEqual(
      [
        ...["experiment.started", "experiment.started", "experiment.started"],
        ...["experiment.promoted", "variant.switched_off", "experiment.rolled_back"],
        ...["experiment.stopped", "experiment.stopped"],
      ].toSorted(),
    );
    expect((await deliveriesOf(id)).map(({ type }) => type)).toEqual(["experiment.stopped"]);
    const body = messagesReceived();
    expect(body.find(({ type }) => type === "experiment.promoted")?.data).toMatchObject({
      experiment: promoted.key,
      config: promoted.config,
      variant: { key: "treatment", version: 2 },
      reason: "as agreed",
      actor: "key:admin",
    });
  });

  it("tells of the stages of a release", async () => {
    await addWebhook();
    const { key } = await createExperiment({ promotion: { stages: [75, 100] } });
    const ended = await succeed("POST", `/v1/experiments/${key}/promote`, {
      variant: "treatment",
      reason: "",
    });
    const first = ended.conclusion.successor;
    const advanced = await succeed("POST", `/v1/experiments/${first}/advance`, { reason: "" });
    const second = advanced.conclusion.successor;
    await succeed("POST", `/v1/experiments/${second}/rollback`, { reason: "complaints" });
    await deliverAt(Date.now());
    expect(
      messagesReceived()
        .map(({ type }) => type)
        .toSorted(),
    ).toEqual([
      "experiment.promoted",
      "experiment.started",
      "release.advanced",
      "release.reverted",
      "release.stage_started",
      "release.stage_started",
    ]);
  });

  it("tells of a hold when it begins, and of the same one once a day", async () => {
    const { id } = await addWebhook({ types: ["experiment.held"] });
    const { key } = await createExperiment();
    const experiment = await load(key);
    const uneven = totals({
      control: { task_success: momentsOfCounts(30, 100) },
      treatment: { task_success: momentsOfCounts(120, 400) },
    });
    const even = totals({
      control: { task_success: momentsOfCounts(30, 100) },
      treatment: { task_success: momentsOfCounts(30, 100) },
    });
    const noon = (Math.floor(Date.now() / DAY) + 1) * DAY + DAY / 2;
    const lookAt = async (counted: typeof uneven, now: number) => {
      const evaluation = evaluate(experiment, [counted], now);
      await recordEvaluation(database, evaluation, "cron");
      return evaluation.snapshot.decision.action;
    };
    expect(await lookAt(uneven, noon)).toBe("hold");
    await lookAt(uneven, noon + MINUTE);
    expect(await lookAt(even, noon + 2 * MINUTE)).toBe("continue");
    await lookAt(uneven, noon + 3 * MINUTE);
    expect(await deliveriesOf(id)).toHaveLength(1);
    await lookAt(even, noon + DAY);
    await lookAt(uneven, noon + DAY + MINUTE);
    expect(await deliveriesOf(id)).toHaveLength(2);
  });

  it("tells nothing of what was refused", async () => {
    const { id } = await addWebhook();
    const { key } = await createExperiment({}, { start: false });
    expect(await call("POST", `/v1/experiments/${key}/stop`, { reason: "too early" })).toMatchObject({
      status: 409,
    });
    expect(await deliveriesOf(id)).toEqual([]);
  });

  it("is put in Slack's words for Slack, with a link", async () => {
    await addWebhook({ kind: "slack", url: "https://hooks.slack.com/services/T0/B0/X" });
    const { key } = await createExperiment({ name: "Less <b> & more" });
    await deliverAt(Date.now());
    const [message] = receiver.current.received;
    expect(message?.headers).not.toHaveProperty("webhook-signature");
    const body = JSON.parse(message?.body ?? "");
    expect(body.text).toBe("The experiment 'Less &lt;b&gt; &amp; more' has started.");
    expect(JSON.stringify(body.blocks)).toContain(
      `<https://bakeoff.example.com/experiments/${key}|Open in the dashboard>`,
    );
  });
});
