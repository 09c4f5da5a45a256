import { type ApiClient, ApiError, createClient } from "#contract/client.ts";

/** An error that says which call was refused, and every field at fault: for whoever reads a terminal. */
function explained(call: string, { code, message, issues }: ApiError): Error {
  const lines = issues.map((issue) => `\n  ${issue.path} ${issue.message}`);
  return new Error(`${call} was refused (${code}): ${message}${lines.join("")}`);
}

/** The API of an installation under one key. Every reply is checked against its schema. */
export function connect(base: string, secret: string): ApiClient {
  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  const client = createClient((path, request) => fetch(`${base}${path}`, { ...request, headers }));
  return {
    fetch: client.fetch,
    call: (endpoint, ...rest) =>
      client.call(endpoint, ...rest).catch((cause: unknown) => {
        throw cause instanceof ApiError ? explained(`${endpoint.method} ${endpoint.path}`, cause) : cause;
      }),
  };
}
