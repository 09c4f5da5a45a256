import { expect, it } from "vitest";
import { writeOpenMetrics } from "#reporter/open-metrics.ts";

it("metrics are written as OpenMetrics wants them: described, with suffixes, escaped, and with an end", () => {
  const text = writeOpenMetrics([
    {
      name: "requests",
      type: "counter",
      help: 'Says "hello"\nand \\ more.',
      samples: [{ labels: { route: 'GET /"x"', status: "2xx" }, value: 3 }],
    },
    { name: "age_seconds", type: "gauge", help: "Age.", samples: [{ value: 1.5 }] },
    { name: "nothing", type: "gauge", help: "None.", samples: [] },
  ]);
  expect(text).toBe(`# TYPE requests counter
# HELP requests Says \\"hello\\"\\nand \\\\ more.
requests_total{route="GET /\\"x\\"",status="2xx"} 3
# TYPE age_seconds gauge
# HELP age_seconds Age.
age_seconds 1.5
# TYPE nothing gauge
# HELP nothing None.
# EOF
`);
});
