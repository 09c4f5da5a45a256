import type * as z from "zod";
import { READING_RETRY_SECONDS } from "#contract/reading-progress.ts";
import { askLog } from "#log-reader/client.ts";
import type { LogQuestion } from "#log-reader/question.ts";
import { ok, type Result } from "#shared/result.ts";
import { pending, type SpecialReply } from "./reply.ts";

/** What follows from what the log says, or how far reading it is. @param schema of what the log says */
export async function replyFromLog<Schema extends z.ZodType, Reply>(
  { LOG_READER }: Pick<Env, "LOG_READER">,
  question: LogQuestion,
  schema: Schema,
  conclude: (value: z.output<Schema>) => Reply,
): Promise<Result<Reply | SpecialReply>> {
  const answer = await askLog(LOG_READER, question, schema);
  if (!answer.ok) return answer;
  const { value } = answer;
  return ok(value.state === "running" ? pending(value, READING_RETRY_SECONDS) : conclude(value.value));
}
