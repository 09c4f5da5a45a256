import type { KeyScope } from "#model/key/api-key.ts";

/** What each scope is for, and what its key may do. */
export const scopeWords: Record<KeyScope, { name: string; purpose: string }> = {
  client: {
    name: "Client",
    purpose:
      "For browsers and apps on people's devices. Asks for variants without prompt texts, logs outcomes.",
  },
  server: {
    name: "Server",
    purpose: "For your backend. Asks for variants with their prompts, logs outcomes.",
  },
  read: {
    name: "Read",
    purpose: "For people and reports. Reads everything but secrets, changes nothing.",
  },
  admin: {
    name: "Admin",
    purpose:
      "For operators and automation. May do everything, other keys included. Never put it into an app.",
  },
};
