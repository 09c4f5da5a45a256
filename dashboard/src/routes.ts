/** Every address of the dashboard, so that no page spells out another page's address. */
export const routes = {
  experiments: { pattern: "/", path: () => "/" },
  experiment: {
    pattern: "/experiments/:key",
    path: (key: string) => `/experiments/${encodeURIComponent(key)}`,
  },
} as const;
