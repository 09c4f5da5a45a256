import { createSignal, type JSX, Show } from "solid-js";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { Menu } from "./menu.tsx";

/** Puts something away from the lists, brings it back, or deletes what was never used. Asks before it deletes. */
export function ArchiveMenu(props: {
  name: string;
  isArchived: boolean;
  /** Why it cannot be changed at all. */
  unavailable: string | undefined;
  /** Why it cannot be archived. */
  inUse: string | undefined;
  /** Why it cannot be deleted, where that is known. */
  used: string | undefined;
  /** What is lost, for the question before it. */
  deletion: JSX.Element;
  onArchive: (archived: boolean) => void;
  onDelete: () => void;
}) {
  const [deleting, setDeleting] = createSignal(false);
  return (
    <>
      <Menu
        label="More"
        items={[
          {
            label: props.isArchived ? "Bring back from the archive" : "Archive",
            unavailable: props.unavailable ?? (props.isArchived ? undefined : props.inUse),
            onSelect: () => props.onArchive(!props.isArchived),
          },
          {
            label: "Delete…",
            icon: "trash",
            danger: true,
            unavailable: props.unavailable ?? props.used,
            onSelect: () => setDeleting(true),
          },
        ]}
      />
      <Show when={deleting()}>
        <ConfirmDialog
          open
          title={`Delete ${props.name}?`}
          confirm="Delete"
          danger
          onConfirm={() => {
            setDeleting(false);
            props.onDelete();
          }}
          onClose={() => setDeleting(false)}
        >
          {props.deletion}
        </ConfirmDialog>
      </Show>
    </>
  );
}
