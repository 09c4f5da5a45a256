import { afterEach, describe, expect, it, vi } from "vitest";
import { readWebhookSettings } from "#config";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("The settings of webhooks", () => {
  it("allow nothing but what is said", () => {
    expect(readWebhookSettings({})).toEqual({ allowsOwnMachine: false, dashboardUrl: null });
    const chosen = { WEBHOOK_ALLOW_LOCALHOST: "true", DASHBOARD_URL: "https://bakeoff.example.com/" };
    expect(readWebhookSettings(chosen)).toEqual({
      allowsOwnMachine: true,
      dashboardUrl: "https://bakeoff.example.com",
    });
  });

  it.each(["1", "yes", "TRUE"])("do not allow this machine by '%s', which is logged", (value) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    expect(readWebhookSettings({ WEBHOOK_ALLOW_LOCALHOST: value }).allowsOwnMachine).toBe(false);
    expect(logged).toHaveBeenCalledOnce();
  });
});
