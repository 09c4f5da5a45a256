import { useNavigate } from "@solidjs/router";
import { apiKey, signOut } from "#dashboard/data/sign-in.ts";
import { chooseTheme } from "#dashboard/data/theme.ts";
import { routes } from "../routes.ts";
import { openHelp, openPalette } from "./open-command-dialog.ts";
import { type Command, useCommands } from "./registry.ts";

/** What can be done from every page. */
export function useGlobalCommands(): void {
  const navigate = useNavigate();
  const go = (title: string, path: string, more: Partial<Command> = {}): Command => ({
    id: `go:${path}`,
    title,
    group: "Go to",
    run: () => navigate(path),
    ...more,
  });
  const create = (title: string, path: string, more: Partial<Command> = {}) =>
    go(title, path, { group: "Create", keywords: "create add", ...more });
  const leave = {
    id: "session:end",
    title: "Sign out",
    group: "Settings",
    run: () => signOut("signed_out"),
  };
  useCommands([
    go("Overview", routes.overview.path(), { keys: "g o", keywords: "home start attention" }),
    go("Experiments", routes.experiments.path(), { keys: "g e", keywords: "tests list" }),
    go("AI configs", routes.configs.path(), { keys: "g c", keywords: "prompts models versions" }),
    go("Metrics", routes.metrics.path(), { keys: "g m", keywords: "outcomes guardrails" }),
    go("Sample size", routes.sampleSize.path(), { keywords: "power planning calculator duration" }),
    go("Holdouts", routes.holdouts.path(), { keywords: "held out cumulative effect shipped" }),
    go("API keys", routes.keys.path(), { keywords: "secrets access" }),
    go("Portfolio", routes.portfolio.path(), { keywords: "won lost learned report all" }),
    go("Webhooks", routes.webhooks.path(), { keywords: "slack notifications messages" }),
    go("Audit log", routes.audit.path(), { keywords: "log history who" }),
    create("New experiment", routes.newExperiment.path(), { keys: "n e" }),
    create("New AI config", routes.newConfig.path()),
    create("New metric", routes.newMetric.path()),
    {
      id: "help:search",
      title: "Search everything",
      group: "Help",
      keys: "/",
      keywords: "find command palette",
      run: openPalette,
    },
    { id: "help:palette", title: "Open the command palette", group: "Help", keys: "mod+k", run: openPalette },
    {
      id: "help:keys",
      title: "Keyboard shortcuts",
      group: "Help",
      keys: "?",
      keywords: "keys",
      run: openHelp,
    },
    { id: "theme:light", title: "Light theme", group: "Settings", run: () => chooseTheme("light") },
    { id: "theme:dark", title: "Dark theme", group: "Settings", run: () => chooseTheme("dark") },
    { id: "theme:system", title: "System theme", group: "Settings", run: () => chooseTheme("system") },
    ...(apiKey() === null ? [] : [leave]),
  ]);
}
