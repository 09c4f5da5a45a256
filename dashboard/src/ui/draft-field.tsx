import { Match, Switch, splitProps } from "solid-js";
import { produce, type SetStoreFunction } from "solid-js/store";
import { Dynamic } from "solid-js/web";
import { type Duration, DurationField, isDuration } from "./duration-field.tsx";
import { NumberField } from "./number-field.tsx";
import type { Option } from "./option.tsx";
import { Segmented } from "./segmented.tsx";
import { Select } from "./select.tsx";
import { TextField } from "./text-field.tsx";

/** What a field needs of the form it belongs to. */
export interface FieldForm<Draft extends object> {
  draft: Draft;
  setDraft: SetStoreFunction<Draft>;
  errorAt: (pointer: string) => string | undefined;
}

/** The JSON pointers into a draft at which a value of this type may be written. */
type PointerTo<Value, Draft> = {
  [Key in keyof Draft & string]: [Value] extends [Draft[Key]]
    ? `/${Key}`
    : Draft[Key] extends readonly (infer Item)[]
      ? `/${Key}/${number}${PointerTo<Value, Item>}`
      : Draft[Key] extends object
        ? `/${Key}${PointerTo<Value, Draft[Key]>}`
        : never;
}[keyof Draft & string];

/** A choice where there are options; else a time span, a number or a text, whichever the draft holds. */
type Control<Draft, Value extends string> =
  | { options: readonly Option<Value>[]; segmented?: boolean; pointer: PointerTo<Value, Draft> }
  | {
      options?: undefined;
      segmented?: undefined;
      pointer: PointerTo<string, Draft> | PointerTo<number | null, Draft> | PointerTo<Duration, Draft>;
    };

function valueAt(draft: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), draft);
}

/**
 * One field of a form's draft: shows what stands at the pointer, writes what is entered back to it, and shows its error.
 * @param props.issuesAt where the API reports its errors, where that is not the pointer; the first one that has any counts
 */
export function DraftField<Draft extends object, Value extends string>(
  props: Control<Draft, Value> & {
    form: FieldForm<Draft>;
    label: string;
    help?: string | undefined;
    placeholder?: string | undefined;
    unit?: string | undefined;
    rows?: number;
    monospaced?: boolean;
    required?: boolean;
    labelHidden?: boolean;
    issuesAt?: readonly string[];
  },
) {
  const [, shared] = splitProps(props, ["form", "pointer", "options", "segmented", "issuesAt"]);
  const path = () => props.pointer.slice(1).split("/");
  const value = () => valueAt(props.form.draft, path());
  const write = (entered: string | number | null | Duration) =>
    props.form.setDraft(
      produce((draft) => {
        Reflect.set(Object(valueAt(draft, path().slice(0, -1))), path().at(-1) ?? "", entered);
      }),
    );
  const pointers = (): readonly string[] => props.issuesAt ?? [props.pointer];
  const error = () =>
    pointers()
      .map((pointer) => props.form.errorAt(pointer))
      .find((message) => message !== undefined);
  const number = () => {
    const current = value();
    return typeof current === "number" || current === null ? { current } : undefined;
  };
  const duration = () => {
    const current = value();
    return isDuration(current) ? current : undefined;
  };
  return (
    <div data-pointer={pointers()[0]}>
      <Switch
        fallback={<TextField {...shared} value={String(value() ?? "")} onChange={write} error={error()} />}
      >
        <Match when={props.options}>
          {(options) => (
            <Dynamic
              component={props.segmented ? Segmented<Value> : Select<Value>}
              {...shared}
              options={options()}
              value={options().find((option) => option.value === value())?.value ?? null}
              onChange={write}
              error={error()}
            />
          )}
        </Match>
        <Match when={duration()}>
          {(current) => <DurationField {...shared} value={current()} onChange={write} error={error()} />}
        </Match>
        <Match when={number()}>
          {(boxed) => <NumberField {...shared} value={boxed().current} onChange={write} error={error()} />}
        </Match>
      </Switch>
    </div>
  );
}
