import { PageHeader } from "../../components/page-header.tsx";

export default function PrintPage() {
  return <PageHeader title="Print" />;
}
