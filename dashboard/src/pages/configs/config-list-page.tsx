import { PageHeader } from "../../components/page-header.tsx";

export default function ConfigListPage() {
  return <PageHeader title="AI configs" />;
}
