/** What D1 does to queries that reach it. Each chance is a share of all queries, from 0 to 1. */
interface FaultPlan {
  /** The binding of the only database that fails; all of them do where it is empty. */
  database: string;
  /** Queries that fail before they have done anything. */
  refused: number;
  /** Queries that are done, and whose answer is lost. */
  lost: number;
  /** Queries that get no answer for `silenceMilliseconds`, and fail then. */
  silent: number;
  silenceMilliseconds: number;
  /** A full disk: what writes fails, what reads does not. */
  isFull: boolean;
}

export const NO_FAULTS: FaultPlan = {
  database: "",
  refused: 0,
  lost: 0,
  silent: 0,
  silenceMilliseconds: 0,
  isFull: false,
};

let current = NO_FAULTS;

/** From now on D1 fails like this. @param plan what it leaves out is without a fault */
export function planFaults(plan: Partial<FaultPlan>): void {
  current = { ...NO_FAULTS, ...plan };
}

const READS = /^\s*(?:SELECT|WITH)\b/i;

const fail = (what: string): never => {
  throw new Error(`D1_ERROR: ${what}`);
};

/**
 * Does a query, or fails as D1 might.
 * @param database the binding
 * @param statements its SQL
 */
export async function withFaults<Value>(
  database: string,
  statements: readonly string[],
  query: () => Promise<Value>,
): Promise<Value> {
  const { refused, lost, silent, silenceMilliseconds, isFull } =
    current.database === "" || current.database === database ? current : NO_FAULTS;
  if (isFull && !statements.every((sql) => READS.test(sql))) fail("database or disk is full: SQLITE_FULL");
  const chance = Math.random();
  if (chance < refused) fail("D1 DB is overloaded. Requests queued for too long.");
  if (chance < refused + silent) {
    await new Promise((resolve) => setTimeout(resolve, silenceMilliseconds));
    fail("D1 DB storage operation exceeded timeout which caused object to be reset.");
  }
  const value = await query();
  if (chance < refused + silent + lost) fail("Network connection lost.");
  return value;
}
