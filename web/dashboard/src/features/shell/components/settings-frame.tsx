/** Settings: one place, one address each. */
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "@/lib/i18n";
import { Page } from "./page";

const TABS = [
  { to: "/settings/profile", name: "profile" },
  { to: "/settings/alerts", name: "alerts" },
  { to: "/settings/keyboard", name: "keyboard" },
  { to: "/settings/widget", name: "widget" },
  { to: "/settings/assignment", name: "assignment" },
  { to: "/settings/canned", name: "canned" },
  { to: "/settings/tags", name: "tags" },
  { to: "/settings/mail", name: "mail" },
] as const;

export function SettingsFrame() {
  const { t } = useTranslation();
  return (
    <Page title={t("settings.title")}>
      <nav
        aria-label={t("settings.title")}
        className="scroller flex gap-1 overflow-x-auto overflow-y-hidden border-b"
      >
        {TABS.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            className="flex h-10 shrink-0 items-center border-b-2 px-3"
            activeProps={{ className: "border-text font-semibold text-text" }}
            inactiveProps={{ className: "border-transparent text-text2 hover:text-text" }}
          >
            {t(`settings.${name}`)}
          </Link>
        ))}
      </nav>
      <Outlet />
    </Page>
  );
}
