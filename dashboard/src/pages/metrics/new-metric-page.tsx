import { PageHeader } from "../../components/page-header.tsx";

export default function NewMetricPage() {
  return <PageHeader title="New metric" />;
}
