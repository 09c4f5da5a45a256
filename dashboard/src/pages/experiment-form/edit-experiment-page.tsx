import { PageHeader } from "../../components/page-header.tsx";

export default function EditExperimentPage() {
  return <PageHeader title="Edit experiment" />;
}
