/** How a stream has ended: by itself, by a failure, or because its reader or a signal has stopped it. */
export type Ending = "complete" | "failed" | "cancelled";

/** Is told what passes through a stream. */
export interface Observer {
  onChunk(chunk: unknown): void;
  /**
   * For the end, an error, or a reader who has had enough: the first time counts.
   * @param answers whole answers that were put together, where the stream keeps them; with a list, even an empty one, there
   *   is no more to learn from the result
   */
  onEnd(ending: Ending, answers?: readonly unknown[]): void;
}
