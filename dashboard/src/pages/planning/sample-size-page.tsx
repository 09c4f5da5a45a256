import { PageHeader } from "../../components/page-header.tsx";

export default function SampleSizePage() {
  return <PageHeader title="Sample size" />;
}
