/** Errors wrap each other: drizzle's hold those of D1, which hold those of SQLite. No chain is longer than this. */
const MAXIMUM_CAUSES = 8;

/** The messages of an error and of what caused it, the outermost first. */
function messagesOf(cause: unknown): string[] {
  const messages: string[] = [];
  let current = cause;
  for (let depth = 0; depth < MAXIMUM_CAUSES && current instanceof Error; depth += 1) {
    messages.push(current.message);
    current = current.cause;
  }
  return messages;
}

/**
 * True of a write that failed because another row has this value already.
 * @param column with its table: `metric.key`
 */
export function isTaken(cause: unknown, column: string): boolean {
  const conflict = `UNIQUE constraint failed: ${column}`;
  return messagesOf(cause).some((message) => message.startsWith("D1_ERROR") && message.includes(conflict));
}
