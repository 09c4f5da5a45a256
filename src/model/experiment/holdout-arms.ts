/** The two groups of a holdout: the first stays on what was live at its start, the second is as large and gets what all others get. */
export const HELD_OUT = "held-out";
export const COMPARISON = "comparison";
