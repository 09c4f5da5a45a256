import "./local-server/compile-cache.ts";
import { migrate } from "./local-server/migrations.ts";
import { orExit } from "./local-server/process-end.ts";
import { readSettings } from "./local-server/settings.ts";

// What `npm start` does before it opens its ports. For an account: `npx wrangler d1 migrations apply DB --remote`.
const { data } = await orExit(async () => {
  const settings = readSettings(process.env);
  await migrate(settings);
  return settings;
});
console.log(`The database in ${data} has all migrations.`);
