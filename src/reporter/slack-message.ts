import type { Message } from "#model/webhook/message.ts";
import { shorten } from "#shared/shorten.ts";

/** Slack takes texts of 3,000 characters, and escaping may make five of one. */
const MAXIMUM_CHARACTERS = 590;

/** The three characters that mean something in Slack's texts. */
export function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function escaped(text: string): string {
  return escapeSlack(shorten(text, MAXIMUM_CHARACTERS));
}

/** The body of a message as an incoming webhook of Slack takes it. @param dashboard its address; null where nobody said */
export function toSlackMessage({ data }: Message, dashboard: string | null) {
  const summary = escaped(data.summary);
  const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });
  if ("webhook" in data) return { text: summary, blocks: [section(summary)] };
  const reason = data.reason === "" ? [] : [section(escaped(data.reason))];
  const hasPage = dashboard !== null && data.path !== null;
  const link = hasPage ? [`<${encodeURI(dashboard)}${data.path}|Open in the dashboard>`] : [];
  const about =
    "experiment" in data ? [`AI config ${escaped(data.config)}`, `by ${escaped(data.actor)}`] : [];
  const context = [...about, ...link].join(" · ");
  // Slack refuses texts without a character.
  const footer = context === "" ? [] : [{ type: "context", elements: [{ type: "mrkdwn", text: context }] }];
  return {
    text: summary,
    blocks: [section(`*${summary}*`), ...reason, ...footer],
  };
}
