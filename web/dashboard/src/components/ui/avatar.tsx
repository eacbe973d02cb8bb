/** A person as initials; the name is always there for those who cannot see or read them. */
import { clsx } from "clsx";

interface AvatarProps {
  name: string;
  size?: 16 | 20 | 32 | 40;
  online?: boolean | undefined;
  /** True where the name stands beside it anyway. */
  decorative?: boolean;
}

const SIZES = {
  16: "size-4 text-[0.6875rem]",
  20: "size-5 text-[0.6875rem]",
  32: "size-8 text-label",
  40: "size-10 text-ui",
};

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

export function Avatar({ name, size = 20, online, decorative = false }: AvatarProps) {
  const letters = size <= 20 ? initials(name).slice(0, 1) : initials(name);
  return (
    <span className="relative inline-flex shrink-0" title={decorative ? undefined : name}>
      <span
        aria-hidden="true"
        className={clsx(
          "inline-flex items-center justify-center rounded-full border bg-sunken font-medium text-text2",
          SIZES[size],
        )}
      >
        {letters}
      </span>
      {decorative ? null : <span className="sr-only">{name}</span>}
      {online ? (
        <span
          aria-hidden="true"
          className="absolute -right-px -bottom-px size-2.5 rounded-full border-2 border-surface bg-ok"
        />
      ) : null}
    </span>
  );
}
