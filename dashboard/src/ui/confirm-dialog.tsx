import type { JSX } from "solid-js";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import "#dashboard/styles/dialog.css";

/** Asks before something that users of the app will notice. The body says what will happen to live traffic. */
export function ConfirmDialog(props: {
  open: boolean;
  title: string;
  children: JSX.Element;
  confirm: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog open={props.open} onClose={props.onClose} title={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!props.busy) props.onConfirm();
        }}
      >
        <div class="stack">
          {props.children}
          <div class="dialog-actions">
            <Button onClick={props.onClose}>Cancel</Button>
            <Button type="submit" kind={props.danger ? "danger" : "primary"} busy={props.busy ?? false}>
              {props.confirm}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
