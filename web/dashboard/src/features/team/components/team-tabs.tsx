/** People, departments, roles: one place, one address each. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "@/lib/i18n";

const TABS = [
  { to: "/people", name: "people" },
  { to: "/departments", name: "departments" },
  { to: "/roles", name: "roles" },
] as const;

export function TeamTabs() {
  const { t } = useTranslation("team");
  return (
    <nav aria-label={t("tabs.label")} className="flex gap-1 border-b">
      {TABS.map(({ to, name }) => (
        <Link
          key={to}
          to={to}
          className="-mb-px flex h-10 items-center border-b-2 px-3"
          activeProps={{ className: "border-text font-semibold text-text" }}
          inactiveProps={{ className: "border-transparent text-text2 hover:text-text" }}
        >
          {t(`tabs.${name}`)}
        </Link>
      ))}
    </nav>
  );
}
