import { useNavigate } from "@solidjs/router";
import { useCommands } from "#dashboard/app/commands/registry.ts";
import { routes } from "#dashboard/app/routes.ts";
import { fetchReport } from "#dashboard/data/results.ts";
import { saveFile } from "#dashboard/data/save-file.ts";
import { notify } from "#dashboard/data/toasts.ts";
import { explain } from "#dashboard/data/use-action.ts";
import { Menu } from "#dashboard/ui/menu.tsx";
import type { Experiment } from "#model/experiment/experiment.ts";

const formats = [
  { format: "csv", label: "CSV, for spreadsheets", extension: "csv" },
  { format: "json", label: "JSON, everything", extension: "json" },
  { format: "markdown", label: "Markdown report", extension: "md" },
] as const;

/** The results as files, and as a page to print. */
export function ExportMenu(props: { experiment: Experiment }) {
  const navigate = useNavigate();
  const key = () => props.experiment.spec.key;
  const hasNoResults = () =>
    props.experiment.startedAt === null ? "There are no results before the start." : undefined;
  const download = async ({ format, extension }: (typeof formats)[number]) => {
    const refusal = hasNoResults();
    try {
      if (refusal !== undefined) throw new Error(refusal);
      const day = new Date().toISOString().slice(0, 10);
      saveFile(await fetchReport(key(), format), `bakeoff-${key()}-${day}.${extension}`);
    } catch (error) {
      const detail = error instanceof Error ? explain(error) : "";
      notify({ tone: "worse", title: "Not downloaded", detail });
    }
  };
  const print = () => navigate(routes.printExperiment.path(key()));
  useCommands([
    ...formats.map((reportFormat) => ({
      id: `experiment.download.${reportFormat.format}`,
      title: `Download results: ${reportFormat.label}`,
      group: "This experiment",
      keywords: "export save",
      run: () => void download(reportFormat),
    })),
    {
      id: "experiment.print",
      title: "Open print view",
      group: "This experiment",
      keys: "a o",
      keywords: "pdf paper report",
      run: print,
    },
  ]);
  return (
    <Menu
      label="Export"
      icon="download"
      items={[
        ...formats.map((reportFormat) => ({
          label: reportFormat.label,
          icon: "download" as const,
          unavailable: hasNoResults(),
          onSelect: () => void download(reportFormat),
        })),
        { label: "Print view", icon: "print", unavailable: hasNoResults(), onSelect: print },
      ]}
    />
  );
}
