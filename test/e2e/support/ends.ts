type End = () => Promise<unknown>;

const ends: End[] = [];

/**
 * Ends something when the test file ends, last come first, also when a `beforeAll` has thrown. What a file starts is
 * registered here by whatever starts it, so that no test file can forget it.
 */
export function atFileEnd(end: End): void {
  ends.push(end);
}

/** Ends what was registered. @throws what failed, after all has been tried */
export async function endAll(): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).reverse()) await end().catch((cause: unknown) => failures.push(cause));
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
}
