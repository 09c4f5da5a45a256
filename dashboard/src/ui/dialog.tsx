import { Dialog as Primitive } from "@kobalte/core/dialog";
import { createRenderEffect, type JSX, Show } from "solid-js";
import { IconButton } from "./button.tsx";
import "#dashboard/styles/dialog.css";

/** A modal dialog: the focus stays inside, Escape closes it, and goes back to where it was. */
export function Dialog(props: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  width?: "narrow" | "wide";
  children: JSX.Element;
}) {
  let openedFrom: Element | null = null;
  createRenderEffect(() => {
    if (props.open) openedFrom = document.activeElement;
  });
  // The primitive gives the focus back to a trigger of its own only; these dialogs are opened from anywhere.
  const giveFocusBack = (event: Event) => {
    event.preventDefault();
    if (openedFrom instanceof HTMLElement && openedFrom.isConnected) openedFrom.focus();
  };
  return (
    <Primitive open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay class="dialog-overlay" />
        <div class="dialog-frame">
          <Primitive.Content
            class="dialog"
            data-width={props.width ?? "narrow"}
            onCloseAutoFocus={giveFocusBack}
          >
            <div class="dialog-header">
              <Primitive.Title class="dialog-title">{props.title}</Primitive.Title>
              <IconButton icon="cross" label="Close" onClick={() => props.onClose()} />
            </div>
            <Show when={props.description}>
              <Primitive.Description class="dialog-description">{props.description}</Primitive.Description>
            </Show>
            {props.children}
          </Primitive.Content>
        </div>
      </Primitive.Portal>
    </Primitive>
  );
}
