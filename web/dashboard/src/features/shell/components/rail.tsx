/** The way between the places: a rail at the side, a bar at the bottom of a phone. */
import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import {
  Activity,
  Command,
  House,
  Inbox,
  type LucideIcon,
  Search,
  Settings,
  Users,
} from "lucide-react";
import { lazy, Suspense } from "react";
import { Avatar } from "@/components/ui/avatar";
import { Hint, IconButton } from "@/components/ui/button";
import { useKeyHint } from "@/features/shortcut/keys";
import type { ShortcutId } from "@/features/shortcut/map";
import { useTranslation } from "@/lib/i18n";
import { useDesk, useLine, useMe } from "@/live/use";

const StatusMenu = lazy(() => import("@/features/team/components/status-menu"));

const PLACES = [
  { to: "/home", icon: House, name: "home", action: "goHome" },
  { to: "/inbox", icon: Inbox, name: "inbox", action: "goInbox" },
  { to: "/search", icon: Search, name: "search", action: "search" },
  { to: "/monitoring", icon: Activity, name: "monitoring", action: "goMonitoring" },
  { to: "/people", icon: Users, name: "people", action: "goPeople" },
  { to: "/settings", icon: Settings, name: "settings", action: "goSettings" },
] as const;

interface RailProps {
  needsYou: number;
  /** On a phone an open conversation takes the whole screen. */
  reading: boolean;
  onPalette: () => void;
}

export function Rail({ needsYou, reading, onPalette }: RailProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { live } = useLine();
  const paletteKeys = useKeyHint("palette");
  const watches = useDesk((d) => d.session?.permissions.includes("monitoring.read") ?? false);
  const name = me?.name ?? "";
  const you = live ? t("nav.you", { name }) : t("nav.youOffline", { name });
  return (
    <nav
      aria-label={t("nav.label")}
      className={clsx(
        "flex shrink-0 items-center border-r bg-canvas two:w-12 two:flex-col two:gap-1 two:py-2",
        reading && "max-two:hidden",
        "max-two:order-last max-two:h-14 max-two:justify-around max-two:border-t max-two:border-r-0 max-two:pb-[env(safe-area-inset-bottom)]",
      )}
    >
      {PLACES.filter(({ name }) => name !== "monitoring" || watches).map((place) => (
        <Place key={place.to} {...place} badge={place.name === "inbox" ? needsYou : 0} />
      ))}
      <IconButton
        label={t("nav.palette")}
        hint={paletteKeys}
        side="right"
        onClick={onPalette}
        className="two:size-10 max-two:hidden"
      >
        <Command size={20} strokeWidth={1.5} aria-hidden="true" />
      </IconButton>
      <span className="flex-1 max-two:hidden" />
      <Suspense fallback={<span className="size-8 max-two:size-11" />}>
        <StatusMenu />
      </Suspense>
      {me ? (
        <Link to="/settings/profile" className="group/hint relative rounded-full max-two:hidden">
          <span className="sr-only">{you}</span>
          <Avatar name={me.name} size={32} online={live} decorative />
          <Hint label={you} side="right" />
        </Link>
      ) : null}
    </nav>
  );
}

interface PlaceProps {
  to: (typeof PLACES)[number]["to"];
  icon: LucideIcon;
  name: (typeof PLACES)[number]["name"];
  action: ShortcutId;
  badge: number;
}

function Place({ to, icon: Icon, name, action, badge }: PlaceProps) {
  const { t } = useTranslation();
  const hint = useKeyHint(action);
  const label = t(`nav.${name}`);
  return (
    <Link
      to={to}
      className="group/hint relative flex size-10 flex-col items-center justify-center rounded-button text-text2 hover:bg-surface hover:text-text max-two:h-14 max-two:w-full max-two:min-w-11"
      activeProps={{ className: "bg-surface text-text two:border" }}
    >
      <Icon size={20} strokeWidth={1.5} aria-hidden="true" />
      <span className="text-meta two:sr-only">{label}</span>
      {badge > 0 ? (
        <span className="tabular absolute top-0.5 right-0.5 min-w-4 rounded-full bg-text px-1 text-center text-meta font-semibold text-surface max-two:right-4">
          <span aria-hidden="true">{badge > 99 ? "99+" : badge}</span>
          <span className="sr-only">{t("nav.needsYou", { count: badge })}</span>
        </span>
      ) : null}
      <Hint label={label} hint={hint} side="right" />
    </Link>
  );
}
