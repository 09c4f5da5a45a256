import { MAXIMUM_PROPERTIES } from "#model/experiment/event-properties.ts";

/** A fault of the event properties is at their list, or at one of the names. */
export const PROPERTY_POINTERS = [
  "/properties",
  ...Array.from({ length: MAXIMUM_PROPERTIES }, (_, index) => `/properties/${index}`),
];
