import { getPortfolio, type Portfolio } from "#contract/portfolio.ts";
import { portfolioMarkdown } from "#reporter/documents/portfolio-markdown.ts";
import { readPortfolio } from "#results/portfolio.ts";
import { ok, type Result } from "#shared/result.ts";
import { document, type SpecialReply } from "../http/reply.ts";
import { handle } from "../http/route.ts";

export const portfolioRoutes = [
  handle(
    getPortfolio,
    async ({ query, context: { services } }): Promise<Result<Portfolio | SpecialReply>> => {
      const portfolio = await readPortfolio(services.database, query.tag);
      if (query.format === "json") return ok(portfolio);
      return ok(document(portfolioMarkdown(portfolio), "text/markdown; charset=utf-8", {}));
    },
  ),
];
