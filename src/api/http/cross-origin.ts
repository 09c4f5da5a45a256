/** Browsers of any origin may assign and log: keys travel in a header that no browser adds by itself. */
export const CROSS_ORIGIN_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "etag, retry-after",
};

/** What browsers are told before they send such a request. */
export const PREFLIGHT_HEADERS = {
  ...CROSS_ORIGIN_HEADERS,
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers":
    "authorization, x-api-key, x-bakeoff-unit-token, content-type, content-encoding, if-none-match",
  "access-control-max-age": "86400",
};

/** What a browser reads of the answer itself. */
export function withCrossOrigin(response: Response): Response {
  for (const [name, value] of Object.entries(CROSS_ORIGIN_HEADERS)) response.headers.set(name, value);
  return response;
}
