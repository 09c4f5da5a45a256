const at = (...parts: string[]) => `/${parts.map(encodeURIComponent).join("/")}`;

/** Every address of the dashboard, so that no page spells out another page's address. */
export const routes = {
  overview: { pattern: "/", path: () => "/" },
  experiments: { pattern: "/experiments", path: () => "/experiments" },
  experiment: { pattern: "/experiments/:key", path: (key: string) => at("experiments", key) },
  editExperiment: {
    pattern: "/experiments/:key/edit",
    path: (key: string) => at("experiments", key, "edit"),
  },
  printExperiment: {
    pattern: "/experiments/:key/print",
    path: (key: string) => at("experiments", key, "print"),
  },
  newExperiment: { pattern: "/new/experiment", path: () => "/new/experiment" },
  configs: { pattern: "/configs", path: () => "/configs" },
  config: { pattern: "/configs/:key", path: (key: string) => at("configs", key) },
  newConfig: { pattern: "/new/config", path: () => "/new/config" },
  metrics: { pattern: "/metrics", path: () => "/metrics" },
  metric: { pattern: "/metrics/:key", path: (key: string) => at("metrics", key) },
  newMetric: { pattern: "/new/metric", path: () => "/new/metric" },
  sampleSize: { pattern: "/sample-size", path: () => "/sample-size" },
  holdouts: { pattern: "/holdouts", path: () => "/holdouts" },
  holdout: { pattern: "/holdouts/:key", path: (key: string) => at("holdouts", key) },
  keys: { pattern: "/keys", path: () => "/keys" },
  portfolio: { pattern: "/portfolio", path: () => "/portfolio" },
  webhooks: { pattern: "/webhooks", path: () => "/webhooks" },
  audit: { pattern: "/audit", path: () => "/audit" },
} as const;
