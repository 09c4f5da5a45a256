interface Query<T> {
  isPending: boolean;
  data: T | undefined;
}

/**
 * What a query has read so far; undefined while it is loading. Reading `data` too early would put the whole page behind
 * the skeleton of pages that are still to be loaded.
 */
export function settled<T>(query: Query<T>): T | undefined {
  return query.isPending ? undefined : query.data;
}
