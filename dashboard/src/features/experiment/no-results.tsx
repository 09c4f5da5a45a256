import { CodeSample } from "#dashboard/ui/code-sample.tsx";
import { Notice } from "#dashboard/ui/notice.tsx";
import type { ExperimentSpec } from "#model/experiment/experiment.ts";

const api = `${window.location.origin}/api`;

function post(path: string, body: string): string {
  return `curl ${api}${path} -H "authorization: Bearer $BAKEOFF_KEY" \\
  -H "content-type: application/json" -d '${body}'`;
}

/** Started, but nobody has come yet. */
export function WaitingForData(props: { spec: ExperimentSpec }) {
  const metric = () => props.spec.metrics[0]?.metric ?? "task_success";
  return (
    <Notice icon="clock" tone="neutral" title="Waiting for the first unit">
      <p>
        Request a variant where your app calls the LLM, then log the outcome. Results appear here
        automatically.
      </p>
      <CodeSample
        label="1. Request a variant"
        code={post("/v1/assign", `{ "config": "${props.spec.config}", "unit": "user-1" }`)}
      />
      <CodeSample
        label="2. Log the outcome"
        code={post(
          "/v1/events",
          `{ "events": [{ "id": "answer-1", "experiment": "${props.spec.key}", "unit": "user-1", "metrics": { "${metric()}": 1 } }] }`,
        )}
      />
    </Notice>
  );
}
