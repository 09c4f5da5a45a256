import { keepPreviousData, queryOptions } from "@tanstack/solid-query";
import type { z } from "zod";
import { postSampleSize } from "#contract/planning.ts";
import type { SampleSizeInput, sampleSizeReplySchema } from "#model/analysis/sample-size.ts";
import { api } from "./api.ts";

export type SampleSizeReply = z.infer<typeof sampleSizeReplySchema>;

const MINUTE = 60_000;

export const planningQueries = {
  /**
   * How many units an experiment needs, or what a number of units can find. While a new question is asked the answer to
   * the previous one stays.
   * @param question undefined while it is not complete
   */
  sampleSize: (question: SampleSizeInput | undefined) =>
    queryOptions({
      queryKey: ["sample-size", question],
      queryFn: ({ signal }) => {
        if (!question) throw new Error("there is no question to answer");
        return api.call(postSampleSize, { body: question, signal });
      },
      enabled: question !== undefined,
      staleTime: MINUTE,
      placeholderData: keepPreviousData,
    }),
  /** The answers to many questions at once, for a curve. Refused questions are gaps. */
  sampleSizes: (questions: readonly SampleSizeInput[]) =>
    queryOptions({
      queryKey: ["sample-sizes", questions],
      queryFn: ({ signal }) =>
        Promise.all(
          questions.map((question) =>
            api.call(postSampleSize, { body: question, signal }).catch((error) => {
              if (signal.aborted) throw error;
              return null;
            }),
          ),
        ),
      enabled: questions.length > 0,
      staleTime: MINUTE,
      placeholderData: keepPreviousData,
    }),
};
