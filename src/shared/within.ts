/** What was waited for has not come in time; it may have happened all the same. */
export class TimeoutError extends Error {}

/** Waits for work that may never end. @throws TimeoutError once it has taken longer; the work itself goes on */
export async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new TimeoutError(`no answer within ${milliseconds} milliseconds`)),
    milliseconds,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
