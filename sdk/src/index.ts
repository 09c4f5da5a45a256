export type * from "./api.ts";
export { createBakeoff } from "./client/create-client.ts";
export type { StandardSchema } from "./standard-schema.ts";
export type * from "./types.ts";
