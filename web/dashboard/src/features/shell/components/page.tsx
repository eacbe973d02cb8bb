/** The frame of a page that is read from top to bottom. */
import type { ReactNode } from "react";

interface PageProps {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, actions, children }: PageProps) {
  return (
    <div className="scroller h-full bg-canvas">
      <div className="mx-auto flex w-full max-w-224 flex-col gap-6 p-6 max-two:p-4">
        <header className="flex min-h-10 flex-wrap items-center gap-3">
          <h1 className="flex-1 text-title font-semibold">{title}</h1>
          {actions}
        </header>
        {children}
      </div>
    </div>
  );
}

interface CardProps {
  title: string;
  intro?: string | undefined;
  children: ReactNode;
}

export function Card({ title, intro, children }: CardProps) {
  return (
    <section className="flex flex-col gap-4 rounded-card border bg-surface p-6 max-two:p-4">
      <div className="flex flex-col gap-1">
        <h2 className="text-heading font-semibold">{title}</h2>
        {intro ? <p className="text-text2">{intro}</p> : null}
      </div>
      {children}
    </section>
  );
}
