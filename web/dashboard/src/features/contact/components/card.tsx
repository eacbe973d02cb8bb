/** A part of the customer panel that folds, and stays as it was left. */
import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { readStored, writeStored } from "@/lib/stored";

const KEY = "panel.folded";

interface CardProps {
  /** Under this name it is remembered whether it is folded. */
  name: string;
  title: string;
  /** Folded until somebody opens it. */
  quiet?: boolean;
  children: ReactNode;
}

/** What is inside is made only while the card is open. */
export function Card({ name, title, quiet = false, children }: CardProps) {
  const [folds, setFolds] = useState(() => readStored<Record<string, boolean>>(KEY) ?? {});
  const body = useId();
  const folded = folds[name] ?? quiet;
  const toggle = () => {
    const next = { ...readStored<Record<string, boolean>>(KEY), [name]: !folded };
    writeStored(KEY, next);
    setFolds(next);
  };
  return (
    <section className="flex flex-col gap-2">
      <h3 className="border-b text-label font-medium text-text3">
        <button
          type="button"
          aria-expanded={!folded}
          aria-controls={body}
          onClick={toggle}
          className="flex w-full items-center gap-1 rounded-input pb-1 text-left hover:text-text max-two:py-2"
        >
          <ChevronRight
            size={12}
            strokeWidth={2}
            aria-hidden="true"
            className={clsx("shrink-0 transition-transform duration-80", !folded && "rotate-90")}
          />
          {title}
        </button>
      </h3>
      <div id={body} hidden={folded} className={folded ? undefined : "flex flex-col gap-2"}>
        {folded ? null : children}
      </div>
    </section>
  );
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex gap-3">
      <dt className="w-24 shrink-0 text-text3">{name}</dt>
      <dd className="min-w-0 flex-1 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

/** One line for what could not be loaded; the rest of the panel stays. */
export function CardFailure({
  what,
  onRetry,
  retry,
}: Record<"what" | "retry", string> & { onRetry: () => void }) {
  return (
    <p role="alert" className="text-label text-text2">
      {what}{" "}
      <button type="button" onClick={onRetry} className="text-accent underline">
        {retry}
      </button>
    </p>
  );
}
