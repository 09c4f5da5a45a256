import { rulesetDocument, rulesetExperiment } from "#tools/builders/ruleset-builder.ts";
import { FakeWorker } from "./fake-worker.ts";

/** A fake Worker that serves a ruleset, and nothing to a client that has it already. */
export class RulesetServer extends FakeWorker {
  ruleset = rulesetDocument(rulesetExperiment("shorter", [0.5, 0.5]));

  constructor() {
    super();
    this.serve();
  }

  /** Serves as it should, whatever it did before. */
  serve(): void {
    this.behavior = (received) => {
      if (received.path !== "/v1/ruleset") return this.answer(received);
      const tag = `"${this.ruleset.version}"`;
      const isKnown = received.init.headers["if-none-match"] === tag;
      const headers = { etag: tag };
      return isKnown
        ? new Response(null, { status: 304, headers })
        : Response.json(this.ruleset, { headers });
    };
  }

  /** How often a client has asked for the ruleset. */
  get fetches(): number {
    return this.at("/v1/ruleset").length;
  }
}
