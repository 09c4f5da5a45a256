/** The Worker's own assigner: a file of its own, so that only clients in local mode load it. */
export { assign } from "../../src/assigner/assign.ts";
export { prepareRuleset } from "../../src/assigner/prepared-ruleset.ts";
