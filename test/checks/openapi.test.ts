import { resolve } from "node:path";
import { expect, it } from "vitest";
import { buildOpenApiDocument } from "#api/http/open-api.ts";
import { ROUTES } from "#api/routes/index.ts";

const FILE = resolve(import.meta.dirname, "../../docs/openapi.json");

/** `npm run openapi` runs this with `--update`, which writes the file. */
it("docs/openapi.json describes the routes as they are", async () => {
  const text = `${JSON.stringify(buildOpenApiDocument(ROUTES), null, 1)}\n`;
  await expect(text).toMatchFileSnapshot(FILE);
});
