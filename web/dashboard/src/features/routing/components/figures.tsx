/** A row of numbers, each the way to the list behind it. */
import type { ViewName } from "@chatdesk/client";
import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import type { ReactNode } from "react";

export function Figures({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul
      aria-label={label}
      className="grid grid-cols-[repeat(auto-fit,minmax(8rem,1fr))] gap-px overflow-hidden rounded-card border bg-line"
    >
      {children}
    </ul>
  );
}

interface FigureProps {
  name: string;
  value: number;
  /** A word more, below the number. */
  detail?: string | null;
  /** The list behind the number; null where the page itself is it. */
  view: ViewName | null;
  alarming?: boolean;
}

export function Figure({ name, value, detail, view, alarming = false }: FigureProps) {
  const face = (
    <>
      <span className="text-label text-text2">{name}</span>
      <span className={clsx("tabular text-figure font-semibold", alarming && "text-bad")}>
        {value}
        {alarming ? <span aria-hidden="true"> !</span> : null}
      </span>
      <span className="tabular min-h-4 text-label text-text2">{detail}</span>
    </>
  );
  const look = "flex h-full flex-col gap-0.5 bg-surface px-4 py-3";
  return (
    <li>
      {view === null ? (
        <div className={look}>{face}</div>
      ) : (
        <Link
          to="/inbox"
          search={{ view }}
          className={clsx(look, "hover:bg-sunken focus-visible:outline-offset-[-2px]")}
        >
          {face}
        </Link>
      )}
    </li>
  );
}
