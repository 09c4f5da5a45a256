/** One value of a metric, told apart from its others by labels. */
export interface MetricSample {
  labels?: Readonly<Record<string, string>>;
  value: number;
}

export interface MetricFamily {
  /** Without a suffix: counters get their `_total` here. */
  name: string;
  type: "counter" | "gauge";
  help: string;
  samples: readonly MetricSample[];
}

export const OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const escapeText = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');

function writeSample(name: string, { labels = {}, value }: MetricSample): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${escapeText(text)}"`);
  return `${name}${written.length === 0 ? "" : `{${written.join(",")}}`} ${value}\n`;
}

/**
 * Writes metrics as text for Prometheus and whatever else reads OpenMetrics.
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function writeOpenMetrics(families: readonly MetricFamily[]): string {
  const texts = families.map(({ name, type, help, samples }) => {
    const sampleName = type === "counter" ? `${name}_total` : name;
    const head = `# TYPE ${name} ${type}\n# HELP ${name} ${escapeText(help)}\n`;
    return head + samples.map((sample) => writeSample(sampleName, sample)).join("");
  });
  return `${texts.join("")}# EOF\n`;
}
