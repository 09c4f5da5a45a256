import { setTimeout as sleep } from "node:timers/promises";
import { awaitDecision } from "#demo/run/decisions.ts";
import { sendUnits, untilServed } from "#demo/run/send-units.ts";
import { connect } from "../connect.ts";
import type { LocalServer } from "../local-server/local-server.ts";
import { createKeys, setUpStory, startStory } from "./set-up.ts";
import { livelierReplies, shorterPrompt } from "./stories/replies.ts";
import { bestGreeting, coolerTriage, morePassages, warmerTone } from "./stories/search.ts";
import { supportModel } from "./stories/support-model.ts";
import type { Story } from "./story.ts";
import { type StoryTraffic, trafficOf } from "./story-units.ts";

const STORIES: readonly Story[] = [
  livelierReplies,
  shorterPrompt,
  morePassages,
  coolerTriage,
  bestGreeting,
  warmerTone,
  supportModel,
];

const LOOKS = 7;

/** As often as an experiment may be looked at. */
const BETWEEN_LOOKS_MILLISECONDS = 60_000;

/**
 * Fills an empty installation through the public API: experiments in every state, replayed in portions with a look of the
 * schedule after each.
 */
export async function createWorld(server: LocalServer, say: (line: string) => void): Promise<void> {
  const admin = connect(server.api, server.adminKey);
  const app = connect(server.api, await createKeys(admin));
  for (const story of STORIES) await setUpStory(admin, story);
  const started = STORIES.filter(({ units }) => units > 0);
  for (const story of started) await startStory(admin, story);
  const traffic = new Map<Story, StoryTraffic>();
  for (const story of started) {
    const own = await trafficOf(story);
    traffic.set(story, own);
    const [first] = own.units;
    if (first) await untilServed(app, own.target, first);
  }
  const byGuardrail = started.filter(({ endsByGuardrail }) => endsByGuardrail);
  for (const story of byGuardrail) {
    const own = traffic.get(story);
    if (own) await sendUnits(app, own.target, own.units, story.isLost);
    await awaitDecision(admin, story);
  }
  let last = Date.now();
  const others = started.filter((story) => !byGuardrail.includes(story));
  for (let look = 1; look <= LOOKS; look++) {
    for (const story of others) {
      const own = traffic.get(story);
      if (!own) continue;
      const until = (step: number): number => Math.floor((own.units.length * step) / LOOKS);
      const portion = own.units.slice(until(look - 1), until(look));
      await sendUnits(app, own.target, portion, story.isLost);
    }
    await sleep(Math.max(0, last + BETWEEN_LOOKS_MILLISECONDS - Date.now()));
    last = Date.now();
    await server.runSchedule(last);
    say(`look ${look} of ${LOOKS}`);
  }
}
