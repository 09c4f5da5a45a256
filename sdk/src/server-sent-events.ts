/** An event longer than this is a file, not a word of a model: it is passed over. */
const MAXIMUM_CHARACTERS = 1_000_000;

/**
 * Reads server-sent events out of the bytes of a body, as they come.
 * @param onData is told of each event's data that is JSON
 * @returns what is to be handed the chunks
 */
export function createEventReader(onData: (data: unknown) => void): (chunk: unknown) => void {
  const decoder = new TextDecoder();
  let rest = "";

  function readLine(line: string): void {
    if (!line.startsWith("data:")) return;
    try {
      onData(JSON.parse(line.slice(5)));
    } catch {
      // `[DONE]`, say.
    }
  }

  return (chunk) => {
    if (typeof chunk === "string") rest += chunk;
    else if (chunk instanceof Uint8Array) rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "").slice(0, MAXIMUM_CHARACTERS);
    lines.forEach(readLine);
  };
}
