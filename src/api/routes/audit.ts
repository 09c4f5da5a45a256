import { getAudit } from "#contract/audit.ts";
import { ok } from "#shared/result.ts";
import { listAudit } from "#store/audit.ts";
import { handle } from "../http/route.ts";

export const auditRoutes = [
  handle(getAudit, async ({ query, context }) =>
    ok({ entries: await listAudit(context.services.database, query) }),
  ),
];
