import { applyD1Migrations, type D1Migration, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";

const ATTEMPTS = 20;

async function isEmpty(): Promise<boolean> {
  const tables = "SELECT count(*) AS tables FROM sqlite_schema WHERE name IN ('experiment', 'event_chunk')";
  const counts = [env.DB, env.LOG].map((database) => database.prepare(tables).first<number>("tables"));
  return (await Promise.all(counts)).every((count) => count === 0);
}

/** Repeated: now and then it ends without having removed anything. */
async function removeEverything(): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    await reset();
    if (await isEmpty()) return;
    console.warn(`The installation was not empty after reset, attempt ${attempt}.`);
  }
  throw new Error("the installation of the test file before this one cannot be removed");
}

/** All migrations as one, recorded by their names: one after the other, each waits for the disk, before every test file. */
function asOne(migrations: readonly D1Migration[]): D1Migration[] {
  const names = migrations.map(({ name }) => name);
  const last = names.pop();
  if (last === undefined) return [];
  const recorded = names.map((name) => `INSERT INTO d1_migrations (name) VALUES ('${name}')`);
  return [{ name: last, queries: [...migrations.flatMap(({ queries }) => queries), ...recorded] }];
}

/**
 * A setup file of the integration tests: test files share a runtime, and each begins with an empty database and without
 * aggregators. The Worker's memory stays, and no ruleset in it is replaced by one of a lower revision.
 */
await removeEverything();
await applyD1Migrations(env.DB, asOne(env.TEST_MIGRATIONS));
await applyD1Migrations(env.LOG, asOne(env.LOG_MIGRATIONS));
await env.DB.prepare("UPDATE ruleset_revision SET revision = ?").bind(Date.now()).run();
