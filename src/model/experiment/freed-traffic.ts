import * as z from "zod";

/**
 * What becomes of the traffic of a treatment that left. `reassign`: the best of the other treatments and control get it, in a
 * phase of its own. `control`: its units get the control's version and are counted no more.
 */
export const freedTrafficSchema = z.enum(["reassign", "control"]);
