/** Buttons. One filled (`primary`) button per pane; an icon alone always carries a label. */
import { clsx } from "clsx";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

type Look = "primary" | "plain" | "quiet" | "danger" | "note";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-accent-text border-accent hover:not-disabled:brightness-110 font-medium",
  plain: "bg-surface text-text border-line-strong hover:not-disabled:bg-sunken",
  quiet: "border-transparent text-text2 hover:not-disabled:bg-sunken hover:not-disabled:text-text",
  danger: "bg-surface text-bad border-bad hover:not-disabled:bg-bad-tint",
  note: "bg-note text-note-text border-note-text font-medium hover:not-disabled:brightness-95",
};

const BASE =
  "inline-flex items-center justify-center gap-2 rounded-button border whitespace-nowrap " +
  "transition-colors duration-80 disabled:opacity-60 disabled:cursor-not-allowed select-none";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  size?: Size;
  ref?: Ref<HTMLButtonElement>;
}

type Size = "small" | "normal" | "large";

const SIZES: Record<Size, string> = {
  small: "h-7 px-2 max-two:h-9",
  normal: "h-8 px-3 max-two:h-11",
  large: "h-10 px-4 max-two:h-11",
};

export function buttonClass(look: Look = "plain", size: Size = "normal"): string {
  return clsx(BASE, LOOKS[look], SIZES[size]);
}

export function Button({ look = "plain", size = "normal", className, ...rest }: ButtonProps) {
  return <button type="button" className={clsx(buttonClass(look, size), className)} {...rest} />;
}

type Side = "right" | "bottom-end";

interface IconButtonProps extends Omit<ButtonProps, "size"> {
  label: string;
  /** The key that does the same, shown beside the label. */
  hint?: string | undefined;
  side?: Side;
  children: ReactNode;
}

export function IconButton(props: IconButtonProps) {
  const { label, hint, side, look = "quiet", className, children, ...rest } = props;
  return (
    <button
      type="button"
      aria-label={label}
      className={clsx(
        BASE,
        LOOKS[look],
        "group/hint relative size-8 shrink-0 max-two:size-11",
        className,
      )}
      {...rest}
    >
      {children}
      <Hint label={label} hint={hint} side={side} />
    </button>
  );
}

interface HintProps {
  label: string;
  hint?: string | undefined;
  side?: Side | undefined;
}

/**
 * The word for a control that shows only a shape; its parent is `group/hint relative` and carries
 * the same word as its label.
 */
export function Hint({ label, hint, side = "bottom-end" }: HintProps) {
  return (
    <span
      aria-hidden="true"
      className={clsx(
        "pointer-events-none invisible absolute z-50 flex items-center gap-2 rounded-button border bg-raised px-2 py-1 text-label font-normal whitespace-nowrap text-text opacity-0 shadow-float transition-opacity duration-80",
        "group-hover/hint:visible group-hover/hint:opacity-100 group-hover/hint:delay-500 group-focus-visible/hint:visible group-focus-visible/hint:opacity-100",
        side === "right" ? "top-1/2 left-full ml-2 -translate-y-1/2" : "top-full right-0 mt-1",
        "max-two:hidden",
      )}
    >
      {label}
      {hint ? <Key>{hint}</Key> : null}
    </span>
  );
}

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex min-w-5 items-center justify-center rounded-input border bg-sunken px-1 font-sans text-meta text-text2">
      {children}
    </kbd>
  );
}
