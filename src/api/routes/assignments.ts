import { z } from "zod";
import {
  assignmentBatchReplySchema,
  assignmentBatchRequestSchema,
  assignmentReplySchema,
  assignmentRequestSchema,
} from "#contract/assignment.ts";
import { ok } from "#shared/result.ts";
import { defineRoute } from "../http/route.ts";
import { assignUnit } from "./assign-unit.ts";

/** The hot path: everything is answered from the isolate's memory. */
export const assignRoutes = [
  defineRoute({
    method: "POST",
    path: "/v1/assign",
    scope: "client",
    tag: "Assignment",
    summary: "Which version of an AI config a unit gets; one request, or up to 100 in `requests`",
    crossOrigin: true,
    body: z.union([assignmentRequestSchema, assignmentBatchRequestSchema]),
    reply: z.union([assignmentReplySchema, assignmentBatchReplySchema]),
    async handle({ body, context }) {
      const state = { rulesetVersion: context.served.ruleset.prepared.version, stale: context.served.stale };
      if ("requests" in body) {
        const assignments = body.requests.map((request) => {
          const result = assignUnit(context, request);
          return result.ok
            ? result.value
            : { config: request.config, code: result.error.code, message: result.error.detail };
        });
        return ok({ json: { assignments, ...state } });
      }
      const result = assignUnit(context, body);
      return result.ok ? ok({ json: { ...result.value, ...state } }) : result;
    },
  }),
];
