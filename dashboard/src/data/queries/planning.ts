import { useQuery } from "@tanstack/solid-query";
import type { Accessor } from "solid-js";
import type { z } from "zod";
import { type SampleSizeInput, sampleSizeReplySchema } from "#model/analysis/sample-size.ts";
import { experimentSchema } from "#model/experiment/experiment.ts";
import { apiPath } from "../api-path.ts";
import { fetchFromApi, sendToApi } from "../fetch-from-api.ts";

export type SampleSizeReply = z.infer<typeof sampleSizeReplySchema>;

const MINUTE = 60_000;

/**
 * How many units an experiment needs, or what a number of units can find. While a new question is asked the answer to the
 * previous one stays.
 * @param question undefined while it is not complete
 */
export function useSampleSize(question: Accessor<SampleSizeInput | undefined>) {
  return useQuery(() => {
    const input = question();
    return {
      queryKey: ["sample-size", input],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        sendToApi("POST", apiPath(["sample-size"]), sampleSizeReplySchema, input, signal),
      enabled: input !== undefined,
      staleTime: MINUTE,
      placeholderData: (before: SampleSizeReply | undefined) => before,
    };
  });
}

/** The answers to many questions at once, for a curve; undefined until all are there. Refused questions are gaps. */
export function useSampleSizes(questions: Accessor<readonly SampleSizeInput[]>) {
  return useQuery(() => {
    const inputs = questions();
    return {
      queryKey: ["sample-sizes", inputs],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        Promise.all(
          inputs.map((question) =>
            sendToApi("POST", apiPath(["sample-size"]), sampleSizeReplySchema, question, signal).catch(
              (error) => {
                if (signal.aborted) throw error;
                return null;
              },
            ),
          ),
        ),
      enabled: inputs.length > 0,
      staleTime: MINUTE,
      placeholderData: (before: (SampleSizeReply | null)[] | undefined) => before,
    };
  });
}

/** An experiment as it stood when the form opened: a copy does not follow its original. @param key undefined for none */
export function useExperimentToCopy(key: Accessor<string | undefined>) {
  return useQuery(() => ({
    queryKey: ["experiment-to-copy", key()],
    queryFn: ({ signal }) => fetchFromApi(apiPath(["experiments", key() ?? ""]), experimentSchema, signal),
    enabled: key() !== undefined,
    staleTime: 0,
    gcTime: 0,
  }));
}
