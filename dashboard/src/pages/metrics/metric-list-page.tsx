import { PageHeader } from "../../components/page-header.tsx";

export default function MetricListPage() {
  return <PageHeader title="Metrics" />;
}
