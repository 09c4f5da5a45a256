import { trace } from "@opentelemetry/api";
import { SETUPS } from "./scenarios.mjs";
import { startStubProvider } from "./stub-provider.mjs";

/** Some instrumentations end their spans behind the answer. */
const PATIENCE_MILLISECONDS = 200;

const [setup, scenario] = process.argv.slice(2);
const provider = await startStubProvider();
const ways = await SETUPS[setup](provider.url);
if (!ways[scenario]) throw new Error(`${setup} has no ${scenario}`);
await trace.getTracer("app").startActiveSpan("POST /ask", async (span) => {
  await ways[scenario]();
  span.end();
});
await new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS));
process.stdout.write(JSON.stringify(await ways.tracing.requestOf()));
provider.close();
process.exit(0);
