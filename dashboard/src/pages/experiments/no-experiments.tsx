import { CodeSample } from "../../components/code-sample.tsx";
import { Notice } from "../../components/notice.tsx";

function createConfig(api: string): string {
  return `curl ${api}/v1/configs -H "authorization: Bearer $BAKEOFF_KEY" \\
  -H "content-type: application/json" -d '{
  "key": "support-answer",
  "value": { "model": "small-model", "system_prompt": "Answer in detail." }
}'
curl ${api}/v1/configs/support-answer/versions -H "authorization: Bearer $BAKEOFF_KEY" \\
  -H "content-type: application/json" -d '{
  "value": { "model": "small-model", "system_prompt": "Answer in two sentences." }
}'`;
}

function createExperiment(api: string): string {
  return `curl ${api}/v1/experiments -H "authorization: Bearer $BAKEOFF_KEY" \\
  -H "content-type: application/json" -d '{
  "key": "shorter-answers",
  "name": "Do shorter answers work as well?",
  "kind": "system_prompt",
  "config": "support-answer",
  "variants": [
    { "key": "detailed", "version": 1, "weight": 0.5 },
    { "key": "short", "version": 2, "weight": 0.5 }
  ],
  "control": "detailed",
  "metrics": [
    { "metric": "task_success", "role": "primary" },
    { "metric": "error", "role": "guardrail", "margin": { "kind": "absolute", "value": 0.01 } }
  ],
  "maximumUnits": 20000
}'
curl -X POST ${api}/v1/experiments/shorter-answers/start \\
  -H "authorization: Bearer $BAKEOFF_KEY" -H "content-type: application/json" -d '{}'`;
}

/** The empty list: teaches how to get the first experiment. */
export function NoExperiments() {
  const api = `${window.location.origin}/api`;
  return (
    <Notice icon="flask" tone="neutral" title="Run your first experiment">
      <p>
        An experiment compares versions of one AI config: the prompt, the model or the parameters with which
        your app calls an LLM. Create a config with two versions, then the experiment. It shows up here at
        once.
      </p>
      <CodeSample label="1. An AI config with two versions" code={createConfig(api)} />
      <CodeSample label="2. The experiment, and its start" code={createExperiment(api)} />
      <p>
        <code>$BAKEOFF_KEY</code> is a key of scope admin.
      </p>
    </Notice>
  );
}
