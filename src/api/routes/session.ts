import { getSession } from "#contract/session.ts";
import { ok } from "#shared/result.ts";
import { handle } from "../http/route.ts";

export const sessionRoutes = [handle(getSession, ({ context }) => ok(context.caller))];
