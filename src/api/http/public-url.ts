import { z } from "zod";

/** An origin, with a path at most: people paste it into a shell, and everybody with a key may read it. */
const addressSchema = z
  .url({ protocol: /^https?$/ })
  .transform((text) => new URL(text))
  .refine(({ username, password, search, hash, pathname }) => {
    const isBare = username === "" && password === "" && search === "" && hash === "";
    return isBare && /^[\w./~-]*$/.test(pathname);
  }, "this must be an address without credentials, query and fragment")
  .transform(({ origin, pathname }) => origin + pathname.replace(/\/+$/, ""));

/** Where apps reach the API, from the variable `PUBLIC_URL`, without a slash at the end. @returns null where nobody said */
export function readPublicUrl(environment: object): string | null {
  const text: unknown = Reflect.get(environment, "PUBLIC_URL");
  if (text === undefined || text === "") return null;
  const parsed = addressSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  console.error({ message: "PUBLIC_URL makes no sense", reason: z.prettifyError(parsed.error) });
  return null;
}
