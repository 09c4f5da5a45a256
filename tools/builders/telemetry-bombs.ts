const identifier = (number: number, digits: number): string =>
  (number + 1).toString(16).padStart(digits, "0");

const TRACE = identifier(0, 32);
const CALL = '{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}}';

/** A span in OTLP's JSON mapping. @param more further members, each after a comma */
const spanText = (number: number, more = ""): string =>
  `{"traceId":"${TRACE}","spanId":"${identifier(number, 16)}"${more}}`;

const attributesText = (...attributes: string[]): string => `,"attributes":[${attributes.join(",")}]`;

/** As many elements as fit between head and tail. */
function fill(head: string, element: (index: number) => string, tail: string, characters: number): string {
  const elements: string[] = [];
  let left = characters - head.length - tail.length;
  for (let index = 0; ; index += 1) {
    const text = element(index);
    left -= text.length + 1;
    if (left < 0) return `${head}${elements.join(",")}${tail}`;
    elements.push(text);
  }
}

const fillSpans = (span: (index: number) => string, characters: number): string =>
  fill('{"resourceSpans":[{"scopeSpans":[{"spans":[', span, "]}]}]}", characters);

const fillEvents = (event: string, characters: number): string =>
  fill(
    `{"resourceSpans":[{"scopeSpans":[{"spans":[${spanText(0, `${attributesText(CALL)},"events":[`).slice(0, -1)}`,
    () => event,
    "]}]}]}]}",
    characters,
  );

/**
 * Requests that somebody may send to keep the Worker busy, as OTLP's JSON: a few bytes said over and over, which gzip makes a
 * thousand times smaller. Each takes how many characters it may have.
 */
export const TELEMETRY_BOMBS: Readonly<Record<string, (characters: number) => string>> = {
  "resources that are none": (characters) => fill('{"resourceSpans":[', () => "0", "]}", characters),
  "empty resources": (characters) => fill('{"resourceSpans":[', () => "{}", "]}", characters),
  "scopes that are none": (characters) =>
    fill('{"resourceSpans":[{"scopeSpans":[', () => "0", "]}]}", characters),
  "spans that are none": (characters) => fillSpans(() => "0", characters),
  "evaluations without a time": (characters) => fillEvents('{"name":"gen_ai.evaluation.result"}', characters),
  "chunks with an unreadable time": (characters) =>
    fillEvents(
      '{"name":"gen_ai.content.chunk","timeUnixNano":1,"attributes":[{"key":"ai.stream.msToFirstChunk","value":{"boolValue":true}}]}',
      characters,
    ),
  "copies of a span with a long text": (characters) => {
    const text = "x".repeat(characters / 2);
    const long = `,"endTimeUnixNano":1${attributesText(`{"key":"gen_ai.request.model","value":{"stringValue":"${text}"}}`)}`;
    return fillSpans((index) => spanText(0, index === 0 ? long : ""), characters);
  },
  "calls of a resource with a long text": (characters) => {
    const text = "x".repeat(characters / 2);
    const resource = `{"attributes":[{"key":"bakeoff.unit","value":{"stringValue":"${text}"}}]}`;
    return fill(
      `{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"spans":[`,
      (index) => spanText(index, attributesText(CALL)),
      "]}]}]}",
      characters,
    );
  },
  "calls inside one span that counts for all": (characters) =>
    fillSpans(
      (index) =>
        index === 0
          ? spanText(0, attributesText('{"key":"bakeoff.outcome","value":{"boolValue":true}}'))
          : spanText(index, `,"parentSpanId":"${identifier(0, 16)}"${attributesText(CALL)}`),
      characters,
    ),
  "calls inside each other": (characters) =>
    fillSpans(
      (index) =>
        spanText(
          index,
          `${index === 0 ? "" : `,"parentSpanId":"${identifier(index - 1, 16)}"`}${attributesText(CALL)}`,
        ),
      characters,
    ),
  "a long number and very many short ones": (characters) =>
    fill('{"a":{"intValue":12345678901234567},"x":[', () => "0", "]}", characters),
};
