/** Line drawings of 20 × 20, always beside a word or inside a named button. */
import type { ComponentChildren } from "preact";

function Icon({ children, size = 20 }: { children: ComponentChildren; size?: number }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const Close = () => (
  <Icon>
    <path d="M18 6 6 18M6 6l12 12" />
  </Icon>
);
export const More = () => (
  <Icon>
    <path d="M5 12h.01M12 12h.01M19 12h.01" class="dots" />
  </Icon>
);
export const Doc = () => (
  <Icon>
    <path d="M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7z M14 3v4h4" />
  </Icon>
);
export const Clip = () => (
  <Icon>
    <path d="m20 11-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.4 17a1.7 1.7 0 0 1-2.4-2.4L14.5 7" />
  </Icon>
);
export const Smile = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" />
    <path d="M8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5h.01M15 9.5h.01" />
  </Icon>
);
export const Send = () => (
  <Icon>
    <path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" />
  </Icon>
);
export const Down = () => (
  <Icon size={16}>
    <path d="M12 5v14M5.5 12.5 12 19l6.5-6.5" />
  </Icon>
);
export const Clock = () => (
  <Icon size={14}>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7v5l3 2" />
  </Icon>
);
export const Alert = () => (
  <Icon size={14}>
    <circle cx="12" cy="12" r="9" />
    <path d="M12 7.5v5M12 16.5h.01" />
  </Icon>
);
export const Star = () => (
  <Icon size={28}>
    <path d="m12 3.6 2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z" />
  </Icon>
);
export const Check = () => (
  <Icon size={14}>
    <path d="m5 12.5 4.5 4.5L19 7" />
  </Icon>
);
/** Two ticks; filled in a disc once read. */
export function Ticks({ read }: { read: boolean }) {
  return (
    <svg class="icon ticks" viewBox="0 0 32 24" width="19" height="14" aria-hidden="true">
      {read && <rect x="1" y="1" width="30" height="22" rx="11" class="disc" />}
      <path
        d={
          read
            ? "m6.5 12.5 3.5 3.5 6.5-8M14 14.5l1.5 1.5 7.5-8"
            : "m2 12.5 5 5L16.5 7M13.5 15.5l2.5 2L26 7"
        }
      />
    </svg>
  );
}
