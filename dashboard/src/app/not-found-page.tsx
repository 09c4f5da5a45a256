import { A } from "@solidjs/router";
import { Notice } from "#dashboard/ui/notice.tsx";
import { PageHeader } from "#dashboard/ui/page-header.tsx";
import "#dashboard/styles/button.css";
import { routes } from "./routes.ts";

/** Any address that no page answers to. */
export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Not found" />
      <Notice
        icon="question"
        tone="neutral"
        title="This page does not exist"
        action={
          <A class="button" href={routes.experiments.path()}>
            All experiments
          </A>
        }
      >
        <p>The link may be outdated or mistyped.</p>
      </Notice>
    </>
  );
}
