import type { AuditEntry } from "#contract/audit.ts";

const actionWords: Readonly<Record<string, string>> = {
  "config.create": "Created the AI config, with version 1 live",
  "config.update": "Changed name or description",
  "config.archive": "Archived the AI config, which goes on serving its live version",
  "config.unarchive": "Brought the AI config back from the archive",
  "config.delete": "Deleted the AI config, which nothing had used",
  "metric.create": "Defined the metric",
  "metric.replace": "Changed the definition",
  "metric.archive": "Archived the metric",
  "metric.unarchive": "Brought the metric back from the archive",
  "metric.delete": "Deleted the metric, which nothing had used",
  "key.create": "Created the key",
  "key.revoke": "Revoked the key",
  "key.quarantine": "Quarantined the key",
  "webhook.create": "Added the webhook",
  "webhook.change": "Changed the webhook",
  "webhook.disable": "Switched the webhook off, since it takes nothing",
  "webhook.delete": "Removed the webhook",
  "experiment.create": "Created the draft",
  "experiment.edit": "Changed the draft",
  "experiment.update": "Changed the experiment",
  "experiment.delete": "Deleted the draft",
  "experiment.start": "Started the experiment",
  "experiment.pause": "Paused the experiment",
  "experiment.resume": "Resumed the experiment",
  "experiment.stop": "Stopped the experiment; the live version is unchanged",
  "experiment.accept_data": "Accepted the data",
  "experiment.exclude": "Excluded a time range",
  "experiment.add_metric": "Added a metric",
  "experiment.label": "Changed owner, tags or notes",
  "experiment.archive": "Archived an experiment",
  "experiment.unarchive": "Brought an experiment back from the archive",
  "experiment.override": "Forced or excluded a unit",
  "experiment.remove_override": "Left a unit to the hash again",
  "experiment.rebuild": "Recomputed the totals",
  "experiment.change": "Changed traffic or rules while it ran",
  "experiment.update_weights": "Changed the weights",
  "holdout.start": "Began the holdout",
  "holdout.end": "Ended the holdout: its units get what everybody gets",
  "release.stage": "Started a stage of a release",
  "release.advance": "Ended a stage of a release, and went on with more units",
};

function textOf(entry: AuditEntry, name: string): string | undefined {
  const detail = entry.details[name];
  return typeof detail === "string" || typeof detail === "number" ? String(detail) : undefined;
}

/** Which version an entry made live, if it did. */
export function versionMadeLive(entry: AuditEntry): number | undefined {
  const detail = {
    "config.create": 1,
    "config.set_live": entry.details.to,
    // A release makes it live at its end.
    "experiment.promote": entry.details.release === undefined ? entry.details.version : undefined,
    "experiment.rollback": entry.details.version,
  }[entry.action];
  return typeof detail === "number" ? detail : undefined;
}

/** The experiment whose end an entry is a part of: winners and roll-backs change an AI config's live version too. */
export function experimentBehind(entry: AuditEntry): string | undefined {
  return entry.action === "config.set_live" ? textOf(entry, "experiment") : undefined;
}

/** What was done, as a sentence without its subject. Actions that are not known here are named as they are. */
export function describeAudit(entry: AuditEntry): string {
  const variant = textOf(entry, "variant") ?? "a variant";
  const version = versionMadeLive(entry);
  const live = version === undefined ? "" : `: version ${version} went live`;
  const added = textOf(entry, "version");
  switch (entry.action) {
    case "config.set_live":
      return `Made version ${version ?? "?"} live, after version ${textOf(entry, "from") ?? "?"}`;
    case "config.add_version":
      return added === undefined ? "Added a version" : `Added version ${added}`;
    case "experiment.switch_off": {
      const leader = textOf(entry, "leader");
      return leader === undefined
        ? `Switched off ${variant}: its units get control`
        : `Switched off ${variant}: control and ${leader} have its traffic`;
    }
    case "experiment.promote": {
      const release = textOf(entry, "release");
      return release === undefined
        ? `Promoted ${variant}${live}`
        : `Promoted ${variant} by stages: ${release}`;
    }
    case "experiment.rollback":
      return version === undefined
        ? "Rolled back; the live version is unchanged"
        : `Rolled back to ${variant}${live}`;
    default:
      return actionWords[entry.action] ?? entry.action;
  }
}

/** An action as such, for choosing among them. */
export function actionTitle(action: string): string {
  const titles: Readonly<Record<string, string>> = {
    "config.create": "Created an AI config",
    "config.add_version": "Added a version",
    "config.set_live": "Made a version live",
    "experiment.switch_off": "Switched off a variant",
    "experiment.promote": "Promoted a variant",
    "experiment.rollback": "Rolled back",
  };
  return titles[action] ?? actionWords[action] ?? action;
}

/** Every action that has words. */
export const knownActions: readonly string[] = [
  ...Object.keys(actionWords),
  "config.add_version",
  "config.set_live",
  "experiment.promote",
  "experiment.rollback",
  "experiment.switch_off",
].toSorted();
