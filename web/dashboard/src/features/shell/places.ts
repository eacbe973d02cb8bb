/** Where keys and the palette lead from every screen, and what they change about oneself. */
import { useNavigate } from "@tanstack/react-router";
import { useShortcuts } from "@/features/shortcut/keys";
import { setStatus } from "@/features/team/api";
import { STATUSES } from "@/features/team/status";
import { chooseTheme } from "@/features/theme/theme";
import { desk } from "@/live/desk";
import { useDesk } from "@/live/use";

export function usePlaces(): void {
  const navigate = useNavigate();
  const watches = useDesk((d) => d.session?.permissions.includes("monitoring.read") ?? false);
  const inbox = (view: "mine" | "waiting" | "all" | "resolved" | "snoozed") => () =>
    void navigate({ to: "/inbox", search: { view } });
  useShortcuts({
    goHome: () => void navigate({ to: "/home" }),
    goInbox: inbox("mine"),
    goWaiting: inbox("waiting"),
    goAll: inbox("all"),
    goResolved: inbox("resolved"),
    goSnoozed: inbox("snoozed"),
    goMonitoring: watches && (() => void navigate({ to: "/monitoring" })),
    goPeople: () => void navigate({ to: "/people" }),
    goDepartments: () => void navigate({ to: "/departments" }),
    goRoles: () => void navigate({ to: "/roles" }),
    goSettings: () => void navigate({ to: "/settings/profile" }),
    goAlerts: () => void navigate({ to: "/settings/alerts" }),
    goKeys: () => void navigate({ to: "/settings/keyboard" }),
    goWidget: () => void navigate({ to: "/settings/widget" }),
    goAssignment: () => void navigate({ to: "/settings/assignment" }),
    goCanned: () => void navigate({ to: "/settings/canned" }),
    goTags: () => void navigate({ to: "/settings/tags" }),
    goMail: () => void navigate({ to: "/settings/mail" }),
    search: () => void navigate({ to: "/search", search: {} }),
    ...Object.fromEntries(
      STATUSES.map((status) => [
        status,
        () => void setStatus(desk.me, { status }).catch(() => undefined),
      ]),
    ),
    themeLight: () => chooseTheme("light"),
    themeDark: () => chooseTheme("dark"),
    themeSystem: () => chooseTheme("system"),
  });
}
