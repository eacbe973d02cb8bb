/** A labelled input with its hint and its error. */
import { clsx } from "clsx";
import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from "react";

export const INPUT =
  "rounded-input border border-line-strong bg-surface px-3 text-text " +
  "disabled:opacity-60 focus-visible:outline-offset-0 max-two:text-heading";

interface FrameProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  className?: string | undefined;
  children: (ids: { id: string; describedBy: string | undefined }) => ReactNode;
}

export function FieldFrame({ label, hint, error, className, children }: FrameProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={clsx("flex flex-col gap-1", className)}>
      <label htmlFor={id} className="text-label font-medium text-text2">
        {label}
      </label>
      {children({ id, describedBy: note ? noteId : undefined })}
      {note ? (
        <div id={noteId} className={clsx("text-label", error ? "text-bad" : "text-text3")}>
          {note}
        </div>
      ) : null}
    </div>
  );
}

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  end?: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

export function Field({ label, hint, error, end, className, ...rest }: FieldProps) {
  return (
    <FieldFrame label={label} hint={hint} error={error} className={className}>
      {({ id, describedBy }) => (
        <div className="relative">
          <input
            id={id}
            aria-describedby={describedBy}
            aria-invalid={error ? true : undefined}
            className={clsx(
              INPUT,
              "h-10 w-full",
              end ? "pr-16" : null,
              error ? "border-bad" : null,
            )}
            {...rest}
          />
          {end ? <div className="absolute inset-y-0 right-1 flex items-center">{end}</div> : null}
        </div>
      )}
    </FieldFrame>
  );
}
