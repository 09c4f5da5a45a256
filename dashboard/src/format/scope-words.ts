import type { KeyScope } from "#model/key/api-key.ts";

/** What each scope is for, and what its key may do. */
export const scopeWords: Record<KeyScope, { name: string; purpose: string }> = {
  client: {
    name: "Client",
    purpose:
      "For browsers and apps on people's devices. Requests variants without prompt texts and logs outcomes.",
  },
  server: {
    name: "Server",
    purpose: "For your backend. Requests variants with prompts and logs outcomes.",
  },
  read: {
    name: "Read",
    purpose: "For people and reports. Reads everything except secrets and cannot change anything.",
  },
  admin: {
    name: "Admin",
    purpose: "For operators and automation. Full access, including API keys. Never use it in an app.",
  },
};
