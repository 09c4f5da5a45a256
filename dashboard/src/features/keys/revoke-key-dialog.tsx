import { useRevokeKey } from "#dashboard/data/keys.ts";
import { ConfirmDialog } from "#dashboard/ui/confirm-dialog.tsx";
import type { ApiKey } from "#model/key/api-key.ts";

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
        Requests with this key are rejected everywhere within 5 seconds. Apps that use it get their fallback,
        if they have one. This cannot be undone.
      </p>
    </ConfirmDialog>
  );
}
