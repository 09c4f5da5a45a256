import { z } from "zod";
import { hashUnit } from "../aggregator/unit-hash.ts";
import { assign } from "../assigner/assign.ts";
import { withoutPromptText } from "../model/ai-config.ts";
import {
  type Assignment,
  type AssignmentRequest,
  assignmentBatchReply,
  assignmentBatchRequest,
  assignmentReply,
  assignmentRequest,
} from "../model/assignment.ts";
import { type Result, refuse, success } from "../model/refusal.ts";
import { ExposureReporter } from "./exposure-reporter.ts";
import { defineRoute, type RequestContext } from "./route.ts";

const exposures = new ExposureReporter();

const FAILURES = {
  config_not_found: "There is no AI config with this key.",
  version_not_found: "The version to serve is missing from the ruleset.",
} as const;

function assignOne(context: RequestContext, request: AssignmentRequest): Result<Assignment> {
  const { served, environment, execution, caller, now } = context;
  const { prepared, experiments } = served.ruleset;
  const result = assign(prepared, request.config, request.unit, request.attributes);
  if (!result.ok) return refuse(result.code, FAILURES[result.code]);
  const { assignment } = result;
  const { experiment: key, variant, period } = assignment;
  const experiment = key === null ? undefined : experiments.get(key);
  if (experiment && variant !== null && period !== null) {
    const unit = hashUnit(environment.BAKEOFF_UNIT_KEY, request.unit);
    const { covariates } = request;
    const exposure = { unit, variant, at: now, ...(covariates && { covariates }) };
    exposures.report(experiment, period, exposure, environment.AGGREGATOR, execution);
  }
  return success(
    caller.scope === "client" ? { ...assignment, value: withoutPromptText(assignment.value) } : assignment,
  );
}

/** The hot path: everything is answered from the isolate's memory. */
export const assignRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/assign",
    scope: "client",
    tag: "Assignment",
    summary: "Which version of an AI config a unit gets; one request, or up to 100 in `requests`",
    crossOrigin: true,
    body: z.union([assignmentRequest, assignmentBatchRequest]),
    reply: z.union([assignmentReply, assignmentBatchReply]),
    async handle({ body, context }) {
      const state = { rulesetVersion: context.served.ruleset.prepared.version, stale: context.served.stale };
      if ("requests" in body) {
        const assignments = body.requests.map((request) => {
          const result = assignOne(context, request);
          return result.ok
            ? result.value
            : { config: request.config, code: result.code, message: result.detail };
        });
        return success({ json: { assignments, ...state } });
      }
      const result = assignOne(context, body);
      return result.ok ? success({ json: { ...result.value, ...state } }) : result;
    },
  }),
];
