import { A } from "@solidjs/router";
import { Notice } from "../components/notice.tsx";
import { PageHeader } from "../components/page-header.tsx";
import "../components/button.css";
import { routes } from "../routes.ts";

/** Any address that no page answers to. */
export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Not found" />
      <Notice
        icon="question"
        tone="neutral"
        title="There is no page at this address"
        action={
          <A class="button" href={routes.experiments.path()}>
            All experiments
          </A>
        }
      >
        <p>The link may be old, or mistyped.</p>
      </Notice>
    </>
  );
}
