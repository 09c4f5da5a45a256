import { z } from "zod";

const address = z.url({ protocol: /^https?$/ });

/** Where apps reach the API, from the variable `PUBLIC_URL`, without a slash at the end. @returns null where nobody said */
export function readPublicUrl(environment: object): string | null {
  const text: unknown = Reflect.get(environment, "PUBLIC_URL");
  if (text === undefined || text === "") return null;
  const parsed = address.safeParse(text);
  if (parsed.success) return parsed.data.replace(/\/+$/, "");
  console.error({ message: "PUBLIC_URL makes no sense", reason: z.prettifyError(parsed.error) });
  return null;
}
