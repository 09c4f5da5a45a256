import { NO_FAULTS, planFaults } from "./faults.ts";

/** What only a run of `npm run chaos` binds. */
const BINDING = "CHAOS";

const FAULTS_PATH = "/chaos/faults";
const EVICTIONS_PATH = "/chaos/evictions";

/** Whether this Worker may be told to fail. */
export function isChaotic(environment: Env): boolean {
  return Reflect.get(environment, BINDING) === "on";
}

function numberIn(source: unknown, name: string): number {
  return Number(Object(source)[name] ?? 0);
}

/**
 * Answers what tells the Worker how to fail: the faults of D1, and the names of aggregators that are to be evicted.
 * @returns undefined for every other request
 */
export async function answerChaos(request: Request, environment: Env): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  if (!isChaotic(environment) || !pathname.startsWith("/chaos/")) return undefined;
  const body: unknown = await request.json();
  if (pathname === FAULTS_PATH) {
    planFaults({
      ...NO_FAULTS,
      database: String(Object(body).database ?? ""),
      refused: numberIn(body, "refused"),
      lost: numberIn(body, "lost"),
      silent: numberIn(body, "silent"),
      silenceMilliseconds: numberIn(body, "silenceMilliseconds"),
      isFull: Object(body).isFull === true,
    });
  }
  if (pathname === EVICTIONS_PATH && Array.isArray(body)) {
    for (const name of body)
      await environment.AGGREGATOR.getByName(String(name))
        .fetch("http://aggregator/")
        .catch(() => undefined);
  }
  return Response.json({ done: true });
}
