import { exports } from "cloudflare:workers";

/** How a request of a server is answered: by the quick way, if it is an ordinary one, or by the route. */
export type Way = "quick" | "slow";

const NAMES = [
  "content-type",
  "cache-control",
  "x-content-type-options",
  "access-control-allow-origin",
  "access-control-expose-headers",
];

/**
 * Posts a body by one of the ways.
 * @returns status, headers, and the text of the answer
 */
export async function answerBy(
  way: Way,
  path: string,
  secret: string,
  body: unknown,
): Promise<[status: number, headers: (string | null)[], text: string]> {
  const header = way === "quick" ? { authorization: `Bearer ${secret}` } : { "x-api-key": secret };
  const response = await exports.default.fetch(`https://bakeoff.test${path}`, {
    method: "POST",
    headers: { ...header, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return [response.status, NAMES.map((name) => response.headers.get(name)), await response.text()];
}
