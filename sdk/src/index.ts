export type * from "./api.ts";
export { createBakeoff } from "./create-bakeoff.ts";
export type { StandardSchema } from "./standard-schema.ts";
export type * from "./types.ts";
