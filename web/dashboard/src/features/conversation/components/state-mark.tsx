/** The shape of a state. Colour repeats what shape and word already say. */
import type { ConversationState } from "@chatdesk/client";
import { clsx } from "clsx";
import { useTranslation } from "@/lib/i18n";

const COLOURS: Record<ConversationState, string> = {
  bot: "text-ai",
  pending_acceptance: "text-warn",
  waiting: "text-warn",
  active: "text-accent",
  pending: "text-text3",
  snoozed: "text-away",
  resolved: "text-ok",
  archived: "text-text3",
};

function Shape({ state }: { state: ConversationState }) {
  const stroke = { fill: "none", stroke: "currentColor", strokeWidth: 1.75 };
  switch (state) {
    case "bot":
      return <path d="M8 2.500 13.500 8 8 13.500 2.500 8Z" strokeLinejoin="round" {...stroke} />;
    case "pending_acceptance":
      return (
        <>
          <circle cx="8" cy="8" r="5.250" {...stroke} />
          <path d="M8 2.750A5.250 5.250 0 0 1 13.250 8H8Z" fill="currentColor" />
        </>
      );
    case "waiting":
      return <circle cx="8" cy="8" r="5.250" {...stroke} />;
    case "active":
      return <circle cx="8" cy="8" r="6" fill="currentColor" />;
    case "pending":
      return (
        <>
          <circle cx="8" cy="8" r="5.250" {...stroke} />
          <path d="M8 2.750a5.250 5.250 0 0 1 0 10.500Z" fill="currentColor" />
        </>
      );
    case "snoozed":
      return (
        <path d="M13 9.500A5.500 5.500 0 0 1 6.500 3 5.500 5.500 0 1 0 13 9.500Z" {...stroke} />
      );
    case "resolved":
      return <path d="m3 8.500 3.500 3.500L13 4.500" strokeLinecap="round" {...stroke} />;
    case "archived":
      return (
        <>
          <rect x="2.750" y="2.750" width="10.500" height="10.500" {...stroke} />
          <rect x="6" y="6" width="4" height="4" fill="currentColor" />
        </>
      );
  }
}

interface StateMarkProps {
  state: ConversationState;
  /** True shows the word beside the shape; false leaves it to screen readers. */
  word?: boolean;
}

export function StateMark({ state, word = false }: StateMarkProps) {
  const { t } = useTranslation();
  const name = t(`state.${state}`);
  return (
    <span className={clsx("inline-flex shrink-0 items-center gap-1.5", COLOURS[state])}>
      <svg
        viewBox="0 0 16 16"
        width="14"
        height="14"
        aria-hidden="true"
        className="shrink-0"
        focusable="false"
      >
        <Shape state={state} />
      </svg>
      <span className={word ? "text-label font-medium" : "sr-only"}>{name}</span>
    </span>
  );
}
