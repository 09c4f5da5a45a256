import { type RecordedRow, readRecording } from "#demo/run/recordings.ts";
import { type Metrics, recordedOnly } from "#demo/run/scenario.ts";
import { shuffled } from "#demo/run/shuffled.ts";

/** One recorded answer: what it was about, and its values. */
interface Sample {
  unit: string;
  exam: string;
  metrics: Metrics;
}

/** A recording that holds several samples of a task counts the tokens and the cost of all of them together. */
function shareOf(total: number | undefined, samples: number): number | undefined {
  return total === undefined ? undefined : total / samples;
}

function samplesOf(row: RecordedRow): Sample[] {
  const trials = [...(row.trials ?? "")];
  const count = Math.max(1, trials.length);
  return Array.from({ length: count }, (_, index) => ({
    unit: `${row.task_id}:${index}`,
    exam: row.task_id.split(":")[0] ?? "",
    metrics: recordedOnly({
      task_success: trials.length > 0 ? Number(trials[index]) : row.success,
      // Recordings name errors only.
      error: row.error ?? 0,
      latency_ms: row.latency_ms,
      ttft_ms: row.ttft_ms,
      output_tokens: shareOf(row.output_tokens, count),
      cost_usd: shareOf(row.cost_usd, count),
    }),
  }));
}

/** Recorded answers of one variant in an order that looks random; after the last comes the first again. */
export type Samples = (index: number) => Sample;

/** @param address a file of `demo/data` and the variant's name in it, as in `temperature/t0.0` */
export async function readSamples(address: string): Promise<Samples> {
  const [file = "", variant = ""] = address.split("/");
  const recording = await readRecording(file, [variant]);
  const samples = shuffled(
    recording.tasks.flatMap((task) => samplesOf(recording.row(task, variant))),
    address,
  );
  return (index) => {
    const found = samples[index % samples.length];
    if (!found) throw new Error(`nothing was recorded under ${address}`);
    return found;
  };
}
