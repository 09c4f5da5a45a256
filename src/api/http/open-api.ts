import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { experimentExamples } from "#contract/examples.ts";
import { problemSchema } from "#contract/problem.ts";
import { experimentInputSchema } from "#model/experiment/experiment.ts";
import { messageSchema } from "#model/webhook/message.ts";
import type { Route } from "./route.ts";

const PROBLEM = {
  description: "A problem (RFC 9457)",
  content: { "application/problem+json": { schema: problemSchema } },
};

/** What Bakeoff itself sends. */
const MESSAGE: ZodOpenApiOperationObject = {
  summary: "Something has happened",
  tags: ["Webhooks"],
  description:
    "Signed as Standard Webhooks has it, in `webhook-id`, `webhook-timestamp` and `webhook-signature`.",
  security: [],
  requestBody: { required: true, content: { "application/json": { schema: messageSchema } } },
  responses: {
    "2XX": { description: "It was taken. Anything else is tried again; 410 switches the webhook off" },
  },
};

const EXPERIMENT_EXAMPLES = Object.fromEntries(
  Object.entries(experimentExamples).map(([kind, value]) => [kind, { value }]),
);

function operation(route: Route): ZodOpenApiOperationObject {
  const replies = route.replies ?? { "application/json": route.reply };
  const failure = route.failures
    ? { description: "A failure", content: { "application/json": { schema: route.failures.schema } } }
    : PROBLEM;
  const bodies = route.bodies ?? (route.body && { "application/json": route.body });
  const examples =
    bodies?.["application/json"] === experimentInputSchema ? { examples: EXPERIMENT_EXAMPLES } : {};
  return {
    summary: route.summary,
    tags: [route.tag],
    description: `Needs a key of scope \`${route.scope}\`${route.keyParameter ? ` as \`${route.keyParameter}\`` : ""}.`,
    security: route.keyParameter ? [] : [{ bearer: [] }, { header: [] }],
    ...((route.parameters || route.query) && {
      requestParams: {
        ...(route.parameters && { path: route.parameters }),
        ...(route.query && { query: route.query }),
      },
    }),
    ...(bodies && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          Object.entries(bodies).map(([mediaType, schema]) => [mediaType, { schema, ...examples }]),
        ),
      },
    }),
    responses: {
      [String(route.status ?? 200)]: {
        description: "Success",
        content: Object.fromEntries(
          Object.entries(replies).map(([mediaType, schema]) => [mediaType, { schema }]),
        ),
      },
      ...(route.pending && {
        "202": {
          description: "Not ready yet: ask again after `Retry-After` seconds",
          content: { "application/json": { schema: route.pending } },
        },
      }),
      default: failure,
    },
  };
}

/** Builds the OpenAPI 3.1 document from the routes and their schemas. */
export function buildOpenApiDocument(routes: readonly Route[]) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Bakeoff",
      version: "1",
      description: "A/B testing for LLM applications, at the edge.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths: paths satisfies ZodOpenApiPathsObject,
    webhooks: { message: { post: MESSAGE } },
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An API key: `bk_…`" },
        header: {
          type: "apiKey",
          in: "header",
          name: "X-API-Key",
          description: "The same, in another header",
        },
      },
    },
  });
}
