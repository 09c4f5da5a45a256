import { Index } from "solid-js";
import { Button, IconButton } from "#dashboard/ui/button.tsx";
import { Select } from "#dashboard/ui/select.tsx";
import { TextField } from "#dashboard/ui/text-field.tsx";
import type { ConfigValueDraft } from "./config-value-draft.ts";
import "./message-list-editor.css";

type Message = ConfigValueDraft["messages"][number];

const roles = [
  { value: "system", label: "System" },
  { value: "developer", label: "Developer" },
  { value: "user", label: "User" },
  { value: "assistant", label: "Assistant" },
  { value: "tool", label: "Tool" },
] as const;

/** The messages of a chat prompt, in order. */
export function MessageListEditor(props: {
  messages: readonly Message[];
  onChange: (messages: Message[]) => void;
  errorAt: (pointer: string) => string | undefined;
}) {
  const change = (index: number, part: Partial<Message>) =>
    props.onChange(props.messages.map((message, at) => (at === index ? { ...message, ...part } : message)));
  const move = (index: number, by: -1 | 1) => {
    const messages = [...props.messages];
    const [moved] = messages.splice(index, 1);
    if (moved) messages.splice(index + by, 0, moved);
    props.onChange(messages);
  };
  const nextRole = () => (props.messages.at(-1)?.role === "user" ? "assistant" : "user");
  return (
    <div class="config-messages">
      <ol class="config-message-list">
        <Index each={props.messages}>
          {(message, index) => (
            <li class="config-message">
              <div class="config-message-head">
                <Select
                  label={`Role of message ${index + 1}`}
                  labelHidden
                  options={roles}
                  value={message().role}
                  onChange={(role) => change(index, { role })}
                />
                <IconButton
                  icon="up"
                  label={`Move message ${index + 1} up`}
                  onClick={() => index > 0 && move(index, -1)}
                />
                <IconButton
                  icon="down"
                  label={`Move message ${index + 1} down`}
                  onClick={() => index < props.messages.length - 1 && move(index, 1)}
                />
                <IconButton
                  icon="trash"
                  label={`Remove message ${index + 1}`}
                  onClick={() => props.onChange(props.messages.filter((_, at) => at !== index))}
                />
              </div>
              <div data-pointer={`/messages/${index}/content`}>
                <TextField
                  label={`Text of message ${index + 1}`}
                  labelHidden
                  value={message().content}
                  onChange={(content) => change(index, { content })}
                  rows={4}
                  monospaced
                  error={props.errorAt(`/messages/${index}/content`)}
                />
              </div>
            </li>
          )}
        </Index>
      </ol>
      <Button
        icon="plus"
        onClick={() => props.onChange([...props.messages, { role: nextRole(), content: "" }])}
      >
        Add a message
      </Button>
    </div>
  );
}
