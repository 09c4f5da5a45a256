import { type Problem, problemSchema } from "#contract/problem.ts";

/** One refused field: a JSON pointer, a stable code and words. */
export type FieldIssue = NonNullable<Problem["errors"]>[number];

/** `unreachable` and `unexpected_answer` are the dashboard's own codes; all others come from the API. */
export class ApiError extends Error {
  /** The HTTP status, or 0 when there was no answer. */
  readonly status: number;
  readonly code: string;
  /** The fields that were refused, if any. */
  readonly issues: readonly FieldIssue[];

  constructor(status: number, code: string, message: string, issues: readonly FieldIssue[] = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.issues = issues;
  }

  /** True when asking again may help: no answer, too many requests, or a fault on the server's side. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Reads the problem document of a refused request; proxies in between may answer with something else. */
export async function toApiError(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = problemSchema.safeParse(body);
  if (!parsed.success) return new ApiError(response.status, "unknown", `HTTP status ${response.status}`);
  const { code, detail, title, errors } = parsed.data;
  return new ApiError(response.status, code, detail || title, errors);
}
