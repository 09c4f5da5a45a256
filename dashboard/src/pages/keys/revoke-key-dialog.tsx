import type { ApiKey } from "../../../../src/model/api-key.ts";
import { ConfirmDialog } from "../../components/ui/confirm-dialog.tsx";
import { useRevokeKey } from "../../data/actions/keys.ts";

/** What stops working when a key is revoked, before it does. */
export function RevokeKeyDialog(props: { apiKey: ApiKey; onClose: () => void }) {
  const revoke = useRevokeKey();
  const confirm = () => {
    revoke.mutate({ id: props.apiKey.id });
    props.onClose();
  };
  return (
    <ConfirmDialog
      open
      title={`Revoke ${props.apiKey.name}?`}
      confirm="Revoke key"
      danger
      onConfirm={confirm}
      onClose={props.onClose}
    >
      <p>
        Whatever uses this key is refused from now on, at every edge within 5 seconds. Apps that ask for
        variants with it get their own fallback, if they have one. This cannot be undone.
      </p>
    </ConfirmDialog>
  );
}
