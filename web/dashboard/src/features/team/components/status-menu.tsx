/** The status in the rail: its shape, and a menu to choose another. */
import { MenuButton } from "@/components/ui/menu-button";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { useMe } from "@/live/use";
import { setStatus } from "../api";
import { after, BREAKS, SHAPES, STATUSES } from "../status";

export default function StatusMenu() {
  const { t } = useTranslation("team");
  const me = useMe();
  if (!me) return null;
  const { status } = me.status;
  const { shape, colour } = SHAPES[status];
  const label = `${t("status.label")}: ${t(`status.${status}`)}`;
  const choose = (change: Parameters<typeof setStatus>[1]) =>
    void setStatus(desk.me, change).catch(() => undefined);
  return (
    <MenuButton
      label={label}
      shape={
        <span aria-hidden="true" className={`text-heading ${colour}`}>
          {shape}
        </span>
      }
    >
      {({ MenuItem, MenuGroup, MenuLine }) => (
        <>
          <MenuGroup label={t("status.label")}>
            {STATUSES.map((each) => (
              <MenuItem key={each} onSelect={() => choose({ status: each })}>
                <span aria-hidden="true" className={`mr-2 ${SHAPES[each].colour}`}>
                  {SHAPES[each].shape}
                </span>
                {t(`status.${each}`)}
              </MenuItem>
            ))}
          </MenuGroup>
          <MenuLine />
          <MenuGroup label={t("status.breakFor")}>
            {BREAKS.map((count) => (
              <MenuItem
                key={count}
                onSelect={() => choose({ status: "break", until: after(Date.now(), count) })}
              >
                {t("status.minutes", { count })}
              </MenuItem>
            ))}
          </MenuGroup>
        </>
      )}
    </MenuButton>
  );
}
