import { PageHeader } from "../../components/page-header.tsx";

export default function NewExperimentPage() {
  return <PageHeader title="New experiment" />;
}
