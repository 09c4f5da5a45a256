import { gzipSync } from "node:zlib";
import type { Endpoint } from "#contract/endpoint.ts";
import { Choice } from "./choice.ts";
import { HOSTILE_TEXTS, mutateBytes, mutateValue } from "./mutate.ts";
import { NAMES, sample } from "./sample.ts";
import { sampleTelemetry } from "./sample-telemetry.ts";

export interface FuzzRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: Record<string, string>;
  body: Uint8Array | undefined;
}

/** The keys of the installation, by what they may do. */
export interface FuzzKeys {
  admin: string;
  server: string;
  client: string;
  read: string;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] as const;

const HOSTILE_SEGMENTS = [
  "..",
  "%2e%2e",
  "%zz",
  "%ff%fe",
  "%00",
  "a%2fb",
  "__proto__",
  "constructor",
  "x".repeat(3_000),
  "'--",
  "%F0%9F%99%82",
  "0",
  "-1",
  "99999999999999999999",
] as const;

const HOSTILE_HEADERS: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ["content-type", "text/plain"],
  ["content-type", ""],
  ["content-type", "application/x-protobuf"],
  ["content-type", 'application/json; charset="utf-16"'],
  ["content-encoding", "gzip"],
  ["content-encoding", "br"],
  ["content-encoding", "gzip, gzip"],
  ["if-none-match", "*"],
  ["if-none-match", `W/"${"x".repeat(5_000)}"`],
  ["accept", "nothing/at-all"],
  ["accept-encoding", "zstd;q=0"],
  ["origin", "null"],
  ["origin", "https://evil.example"],
  ["x-bakeoff-unit-token", "x".repeat(5_000)],
  ["x-bakeoff-unit-token", "1.2.3"],
  ["cf-access-jwt-assertion", "a.b.c"],
  ["cookie", "CF_Authorization=a.b.c"],
  ["range", "bytes=0-0"],
  ["expect", "something"],
  ["x-http-method-override", "DELETE"],
  ["cf-connecting-ip", "::1"],
];

function makePath({ path, query }: Endpoint, keys: FuzzKeys, choice: Choice): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    if (choice.happens(0.1)) return choice.from(HOSTILE_SEGMENTS);
    if (name === "version") return choice.from(["1", "2", "3"]);
    // The address of an endpoint for clients that can send no header.
    if (name === "clientKey") return keys.client;
    return encodeURIComponent(choice.from(NAMES));
  });
  if (!query && !choice.happens(0.05)) return filled;
  const parameters = new URLSearchParams();
  const given = query ? sample(query, choice) : {};
  const changed = choice.happens(0.3) ? mutateValue(given, choice) : given;
  for (const [name, value] of Object.entries(Object(changed))) {
    parameters.append(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  if (choice.happens(0.05)) parameters.append(choice.from(NAMES), choice.from(HOSTILE_SEGMENTS));
  const text = parameters.toString().slice(0, 8_000);
  return `${filled}?${choice.happens(0.05) ? `${text}&%zz=%ff` : text}`;
}

function makeBody({ path, body, bodies }: Endpoint, choice: Choice): Uint8Array | undefined {
  const schema = bodies?.["application/json"] ?? body;
  if (!schema) return choice.happens(0.05) ? new TextEncoder().encode(choice.from(HOSTILE_TEXTS)) : undefined;
  if (choice.happens(0.05)) return new TextEncoder().encode(choice.from(HOSTILE_TEXTS));
  let value = path.includes("otlp") ? sampleTelemetry(path, choice) : sample(schema, choice);
  for (let times = choice.below(3); times > 0; times -= 1) value = mutateValue(value, choice);
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return choice.happens(0.1) ? mutateBytes(bytes, choice) : bytes;
}

/** Mostly a key that suffices, because what is refused at the door tests nothing else. */
function makeAuthorization({ scope }: Endpoint, keys: FuzzKeys, choice: Choice): Record<string, string> {
  if (choice.happens(0.03)) return {};
  if (choice.happens(0.03))
    return { authorization: choice.from(["Bearer", "Basic eDp5", `Bearer ${"x".repeat(5_000)}`]) };
  const key = choice.happens(0.1)
    ? choice.from([keys.server, keys.client, keys.read])
    : scope === "admin"
      ? keys.admin
      : choice.from([keys.admin, keys[scope]]);
  return choice.happens(0.5) ? { authorization: `Bearer ${key}` } : { "x-api-key": key };
}

/** The request of a number: of an endpoint as it is meant, with some things about it changed. */
export function makeRequest(
  seed: number,
  number: number,
  endpoints: readonly [Endpoint, ...Endpoint[]],
  keys: FuzzKeys,
): FuzzRequest {
  const choice = new Choice(Math.imul(seed, 0x9e3779b1) + number);
  const endpoint = choice.from(endpoints);
  const method = choice.happens(0.05) ? choice.from(METHODS) : endpoint.method;
  const headers = { "content-type": "application/json", ...makeAuthorization(endpoint, keys, choice) };
  const changed = choice.happens(0.15) ? Object.fromEntries([choice.from(HOSTILE_HEADERS)]) : {};
  const plain = makeBody(endpoint, choice);
  const isPacked = plain !== undefined && choice.happens(endpoint.path.includes("otlp") ? 0.3 : 0.02);
  const packed = isPacked ? gzipSync(plain) : plain;
  const body = isPacked && choice.happens(0.3) ? mutateBytes(packed ?? new Uint8Array(), choice) : packed;
  return {
    method,
    path: makePath(endpoint, keys, choice),
    headers: { ...headers, ...(isPacked && { "content-encoding": "gzip" }), ...changed },
    body,
  };
}
