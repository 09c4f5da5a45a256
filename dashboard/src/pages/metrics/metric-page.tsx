import { PageHeader } from "../../components/page-header.tsx";

export default function MetricPage() {
  return <PageHeader title="Metric" />;
}
