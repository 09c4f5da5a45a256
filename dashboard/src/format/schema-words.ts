import { z } from "zod";

type RawIssue = z.core.$ZodRawIssue;

const nouns: Record<string, string> = {
  number: "a number",
  int: "a whole number",
  string: "text",
  array: "a list",
  object: "an object",
  record: "a JSON object",
  boolean: "yes or no",
};

function limitWords(issue: Extract<RawIssue, { code: "too_small" | "too_big" }>): string {
  const isSmall = issue.code === "too_small";
  const limit = String(isSmall ? issue.minimum : issue.maximum);
  if (issue.origin === "string") {
    return isSmall && limit === "1"
      ? "This field is required."
      : `${isSmall ? "At least" : "At most"} ${limit} characters.`;
  }
  if (issue.origin === "array" || issue.origin === "set") {
    return `${isSmall ? "At least" : "At most"} ${limit} entries.`;
  }
  if (issue.inclusive) return `This must be ${limit} or ${isSmall ? "more" : "less"}.`;
  return `This must be ${isSmall ? "more" : "less"} than ${limit}.`;
}

function words(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined || issue.input === null) return "This field is required.";
      return `Enter ${nouns[issue.expected] ?? issue.expected}.`;
    case "too_small":
    case "too_big":
      return limitWords(issue);
    case "invalid_value":
    case "invalid_union":
      return "Choose one of the listed values.";
    case "unrecognized_keys":
      return `Unknown fields: ${issue.keys.join(", ")}.`;
    default:
      return undefined;
  }
}

/** Lets the shared schemas speak to people who fill in a form, wherever a schema has no words of its own. */
export function useFormErrorMessages(): void {
  z.config({ localeError: (issue) => words(issue) ?? "This value is not allowed." });
}

/** The same words for a share that is typed in percent: "This must be 1 or less." becomes "This must be 100% or less." */
export function limitInPercent(message: string): string {
  return message.replace(
    /^(This must be (?:more than |less than )?)([\d.e-]+?)(?= or |\.$)/,
    (_all, words: string, limit: string) => `${words}${Number((Number(limit) * 100).toPrecision(12))}%`,
  );
}
