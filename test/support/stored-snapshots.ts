import { env } from "cloudflare:workers";
import { unpackJson } from "#store/pack.ts";

/** Stores all snapshots as earlier versions did, as plain JSON. */
export async function unpackSnapshots(): Promise<void> {
  const { results } = await env.DB.prepare("SELECT * FROM snapshot").all();
  for (const { experiment, taken_at: takenAt, phases, analysis, guardrails } of results) {
    await env.DB.prepare(
      "UPDATE snapshot SET phases = ?, analysis = ?, guardrails = ? WHERE experiment = ? AND taken_at = ?",
    )
      .bind(...[phases, analysis, guardrails].map((text) => unpackJson(String(text))), experiment, takenAt)
      .run();
  }
}
