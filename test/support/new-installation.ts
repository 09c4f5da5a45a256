import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";

/**
 * A setup file of the integration tests: test files share a runtime, and each begins with an empty database and without
 * aggregators. The Worker's memory stays, and no ruleset in it is replaced by one of a lower revision.
 */
await reset();
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
await applyD1Migrations(env.LOG, env.LOG_MIGRATIONS);
await env.DB.prepare("UPDATE ruleset_revision SET revision = ?").bind(Date.now()).run();
