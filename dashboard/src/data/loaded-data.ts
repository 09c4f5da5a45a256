/**
 * What a query has read so far, undefined while it has read nothing. Reading `data` of a pending query would put the
 * whole page back to its skeleton; this leaves waiting to the caller.
 */
export function loadedData<Data>(query: { isPending: boolean; data: Data | undefined }): Data | undefined {
  return query.isPending ? undefined : query.data;
}
