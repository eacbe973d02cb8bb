/** What the parts of the customiser are made of: lists of things, lines of text, numbers and choices. */
import type { InboxSettings, Widget } from "@chatdesk/client";
import { clsx } from "clsx";
import { ChevronDown, ChevronUp, Plus, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, IconButton } from "@/components/ui/button";
import { Field, FieldFrame, INPUT } from "@/components/ui/field";
import { useTranslation } from "@/lib/i18n";
import { linesOf } from "../../settings";

export interface TabProps {
  settings: InboxSettings;
  onChange: (change: Partial<InboxSettings>) => void;
  onWidget: (change: Partial<Widget>) => void;
  errors: Readonly<Record<string, string>>;
}

interface RowsProps<T> {
  items: readonly T[];
  onChange: (items: T[]) => void;
  keyOf: (item: T, at: number) => string;
  most: number;
  empty: string;
  addLabel: string;
  make: () => T;
  children: (item: T, set: (change: Partial<T>) => void, at: number) => ReactNode;
}

/** A list whose things are added, removed and moved. */
export function Rows<T>(props: RowsProps<T>) {
  const { items, onChange, keyOf, most, empty, addLabel, make, children } = props;
  const { t } = useTranslation("widget");
  const move = (from: number, to: number) => {
    const next = [...items];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <div className="flex flex-col gap-3">
      {items.length === 0 ? <p className="text-text3">{empty}</p> : null}
      <ol className="flex flex-col gap-3">
        {items.map((item, at) => (
          <li key={keyOf(item, at)} className="flex flex-col gap-3 rounded-card border p-3">
            {children(
              item,
              (change) => onChange(items.map((old, i) => (i === at ? { ...old, ...change } : old))),
              at,
            )}
            <div className="flex justify-end gap-1">
              <IconButton label={t("up")} disabled={at === 0} onClick={() => move(at, at - 1)}>
                <ChevronUp size={16} strokeWidth={1.5} aria-hidden="true" />
              </IconButton>
              <IconButton
                label={t("down")}
                disabled={at === items.length - 1}
                onClick={() => move(at, at + 1)}
              >
                <ChevronDown size={16} strokeWidth={1.5} aria-hidden="true" />
              </IconButton>
              <IconButton
                label={t("remove")}
                onClick={() => onChange(items.filter((_, i) => i !== at))}
              >
                <Trash2 size={16} strokeWidth={1.5} aria-hidden="true" />
              </IconButton>
            </div>
          </li>
        ))}
      </ol>
      {items.length < most ? (
        <Button className="self-start" onClick={() => onChange([...items, make()])}>
          <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
          {addLabel}
        </Button>
      ) : null}
    </div>
  );
}

interface TextProps {
  label: string;
  hint?: string | undefined;
  value: string;
  most: number;
  rows?: number;
  error?: string | undefined;
  onChange: (value: string) => void;
}

export function LongText({ label, hint, value, most, rows = 2, error, onChange }: TextProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error}>
      {({ id, describedBy }) => (
        <textarea
          id={id}
          dir="auto"
          aria-describedby={describedBy}
          aria-invalid={error ? true : undefined}
          rows={rows}
          maxLength={most}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={clsx(INPUT, "w-full resize-none py-2 [field-sizing:content]")}
        />
      )}
    </FieldFrame>
  );
}

type LinesProps = Omit<TextProps, "value" | "onChange" | "most"> & {
  lines: readonly string[];
  onChange: (lines: string[]) => void;
};

/** A list written as lines. What is typed stays as it was typed. */
export function Lines({ lines, onChange, ...rest }: LinesProps) {
  const [text, setText] = useState(() => lines.join("\n"));
  const shown = linesOf(text).join("\n") === lines.join("\n") ? text : lines.join("\n");
  return (
    <LongText
      {...rest}
      most={10_000}
      value={shown}
      onChange={(value) => {
        setText(value);
        onChange(linesOf(value));
      }}
    />
  );
}

interface NumberProps {
  label: string;
  hint?: string;
  value: number;
  most: number;
  error?: string | undefined;
  onChange: (value: number) => void;
}

export function NumberField({ label, hint, value, most, error, onChange }: NumberProps) {
  return (
    <Field
      type="number"
      inputMode="numeric"
      min={0}
      max={most}
      label={label}
      hint={hint}
      error={error}
      value={value}
      onChange={(event) => {
        const wanted = Math.round(event.target.valueAsNumber);
        onChange(Number.isFinite(wanted) ? Math.min(Math.max(wanted, 0), most) : 0);
      }}
    />
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <FieldFrame label={label}>
      {({ id }) => (
        <select
          id={id}
          value={value}
          onChange={(event) => onChange(event.target.value as T)}
          className={clsx(INPUT, "h-10 w-full")}
        >
          {options.map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      )}
    </FieldFrame>
  );
}

interface SwitchProps {
  label: string;
  hint?: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

export function Switch({ label, hint, on, onChange }: SwitchProps) {
  return (
    <label className="flex items-start gap-2">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 accent-accent"
      />
      <span className="flex flex-col">
        {label}
        {hint ? <span className="text-label text-text3">{hint}</span> : null}
      </span>
    </label>
  );
}
