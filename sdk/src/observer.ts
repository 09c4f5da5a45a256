/** How a stream has ended: by itself, by a failure, or because its reader or a signal has stopped it. */
export type Ending = "complete" | "failed" | "cancelled";

/** Is told what passes through a stream. */
export interface Observer {
  onChunk(chunk: unknown): void;
  /**
   * For the end, an error, or a reader who has had enough: the first time counts.
   * @param results whole answers that the stream was made of, where it keeps them
   */
  onEnd(ending: Ending, results?: readonly unknown[]): void;
}
