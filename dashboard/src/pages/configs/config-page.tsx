import { PageHeader } from "../../components/page-header.tsx";

export default function ConfigPage() {
  return <PageHeader title="AI config" />;
}
