import { postConfig, postConfigVersion } from "#contract/configs.ts";
import { experimentExamples } from "#contract/examples.ts";
import { postExperiment, postStart } from "#contract/experiments.ts";
import { postKey } from "#contract/keys.ts";
import { connect } from "../connect.ts";
import { findEndpoints } from "./endpoints.ts";
import { findFaults } from "./judge.ts";
import { type FuzzKeys, type FuzzRequest, makeRequest } from "./make-request.ts";
import { closeConnections, send } from "./send.ts";

export interface FuzzTarget {
  /** Where the Worker answers. */
  api: string;
  /** Where the dashboard hands `/api` on to it. */
  dashboard: string;
  adminKey: string;
}

export interface FuzzFailure {
  /** Of the request, among those of its seed. */
  number: number;
  request: string;
  faults: string[];
}

export interface FuzzReport {
  failures: FuzzFailure[];
  /** How many replies had which status. */
  statuses: Map<number, number>;
  slowestMilliseconds: number;
  keys: FuzzKeys;
}

/** One request in so many takes the way through the dashboard. */
const DASHBOARD_EVERY = 10;

/** Things that requests find: an AI config with versions, an experiment that runs, and a key of each scope. */
async function setUp({ api, adminKey }: FuzzTarget): Promise<FuzzKeys> {
  const admin = connect(api, adminKey);
  const key = "fuzz";
  await admin.call(postConfig, { body: { key, value: { model: "small" } } });
  await admin.call(postConfigVersion, { params: { key }, body: { value: { model: "large" } } });
  await admin.call(postExperiment, {
    body: {
      ...experimentExamples.model,
      key,
      config: key,
      control: "control",
      variants: [
        { key: "control", version: 1, weight: 0.5 },
        { key: "treatment", version: 2, weight: 0.5 },
      ],
    },
  });
  await admin.call(postStart, { params: { key }, body: {} });
  const make = async (scope: "server" | "client" | "read") =>
    (await admin.call(postKey, { body: { name: scope, scope } })).secret;
  return {
    admin: adminKey,
    server: await make("server"),
    client: await make("client"),
    read: await make("read"),
  };
}

function describeRequest({ method, path, headers, body }: FuzzRequest, secrets: readonly string[]): string {
  const text = `${method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${Buffer.from(body ?? [])
    .toString("latin1")
    .slice(0, 500)}`;
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, "<key>"), text);
}

/**
 * Sends requests of all endpoints with things about them changed, and judges every reply.
 * @param onReply is called after each
 */
export async function fuzz(
  target: FuzzTarget,
  { requests, seed, concurrency = 16 }: { requests: number; seed: number; concurrency?: number },
  onReply: (done: number) => void = () => {},
): Promise<FuzzReport> {
  const [first, ...others] = await findEndpoints();
  if (!first) throw new Error("the contract has no endpoints");
  const keys = await setUp(target);
  const secrets = Object.values(keys);
  const report: FuzzReport = { failures: [], statuses: new Map(), slowestMilliseconds: 0, keys };
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < requests) {
      const number = next;
      next += 1;
      const made = makeRequest(seed, number, [first, ...others], keys);
      const isByDashboard = number % DASHBOARD_EVERY === 0;
      const request = isByDashboard ? { ...made, path: `/api${made.path}` } : made;
      const fail = (faults: string[]) =>
        report.failures.push({ number, request: describeRequest(request, secrets), faults });
      try {
        const reply = await send(isByDashboard ? target.dashboard : target.api, request);
        report.statuses.set(reply.status, (report.statuses.get(reply.status) ?? 0) + 1);
        report.slowestMilliseconds = Math.max(report.slowestMilliseconds, reply.milliseconds);
        const faults = findFaults(reply, [keys.admin]);
        if (faults.length > 0) fail([...faults, reply.text.slice(0, 500)]);
      } catch (cause) {
        fail([String(cause)]);
      }
      done += 1;
      onReply(done);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  closeConnections();
  return report;
}
