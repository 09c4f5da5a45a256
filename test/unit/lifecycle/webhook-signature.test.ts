import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { newWebhookSecret, signedHeaders } from "#lifecycle/webhooks/sign.ts";

describe("The signature of a message", () => {
  it("is that of the specification's example", async () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const headers = await signedHeaders(
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      1_614_265_330,
      '{"test": 2432232314}',
      [secret],
    );
    expect(headers).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("is verified by the receivers' library under each secret, for texts beyond ASCII too", async () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()];
    const body = JSON.stringify({ name: "Zürich “quoted” 🍞" });
    const headers = await signedHeaders("msg_1", Math.floor(Date.now() / 1_000), body, secrets);
    for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow("No matching signature");
    expect(() => new Webhook(secrets[0] ?? "").verify(`${body} `, headers)).toThrow("No matching signature");
  });

  it("has secrets of 32 random bytes", () => {
    const secret = newWebhookSecret();
    expect(atob(secret.replace("whsec_", ""))).toHaveLength(32);
    expect(newWebhookSecret()).not.toBe(secret);
  });
});
