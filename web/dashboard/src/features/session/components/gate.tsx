/** The frame of the pages for those who are not signed in. */
import type { ReactNode } from "react";
import { useTranslation } from "@/lib/i18n";

export function Gate({
  title,
  intro,
  children,
}: {
  title: string;
  intro?: string | undefined;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <main className="scroller flex h-dvh flex-col items-center px-4 py-12">
      <div className="my-auto flex w-full max-w-96 flex-col gap-6">
        <Wordmark name={t("app.name")} />
        <section className="flex flex-col gap-4 rounded-card border bg-surface p-6">
          <header className="flex flex-col gap-1">
            <h1 className="text-title font-semibold">{title}</h1>
            {intro ? <p className="text-text2">{intro}</p> : null}
          </header>
          {children}
        </section>
      </div>
    </main>
  );
}

export function Wordmark({ name }: { name: string }) {
  return (
    <p className="flex items-center gap-2 text-heading font-semibold">
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path
          className="fill-accent-text"
          d="M8 10.5A2.5 2.5 0 0 1 10.500 8h11a2.500 2.500 0 0 1 2.500 2.500v7a2.500 2.500 0 0 1-2.500 2.500H15l-4.500 4v-4A2.500 2.500 0 0 1 8 17.500z"
        />
      </svg>
      {name}
    </p>
  );
}
