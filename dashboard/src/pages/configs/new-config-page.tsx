import { PageHeader } from "../../components/page-header.tsx";

export default function NewConfigPage() {
  return <PageHeader title="New AI config" />;
}
