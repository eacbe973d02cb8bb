/** Every page: what shows when there is no such page, or one could not be opened. */
import { createRootRoute, Link, Outlet } from "@tanstack/react-router";
import { buttonClass } from "@/components/ui/button";
import { Empty, Failure } from "@/components/ui/notice";
import { useTranslation } from "@/lib/i18n";

export const Route = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: Broken,
});

function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="flex h-dvh items-center justify-center">
      <Empty
        title={t("app.notFound")}
        action={
          <Link to="/inbox" search={{ view: "mine" }} className={buttonClass()}>
            {t("app.toInbox")}
          </Link>
        }
      />
    </main>
  );
}

function Broken({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  return (
    <main className="flex h-dvh items-center justify-center">
      <Failure error={error} what={t("app.broken")} onRetry={reset} />
    </main>
  );
}
