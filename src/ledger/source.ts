/** By which way an observation came. */
export interface Source {
  /** The id of the API key. */
  key: string;
  /** Who vouches for its unit: a key that is no public one, a token made with such a key, or nobody. */
  vouchedBy: "key" | "token" | "nobody";
  /** The id of the key that has signed for the unit. */
  signedBy?: string;
}

/** What is counted apart: evidence that may decide, and evidence that nobody vouches for. */
export type LedgerName = "deciding" | "unvouched";
