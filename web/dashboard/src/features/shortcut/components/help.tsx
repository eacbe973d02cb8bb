/** All shortcuts that work at this moment, with the keys they have. */
import { Link } from "@tanstack/react-router";
import { Key } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useTranslation } from "@/lib/i18n";
import { MOD, useBoundShortcuts, useOwnKeys } from "../keys";
import { GROUPS, keysOf, type OwnKeys, SHORTCUTS, type ShortcutId, shownKeys } from "../map";

export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("shortcut");
  const own = useOwnKeys();
  const ids = useBoundShortcuts().filter((id) => keysOf(id, own).length > 0);
  return (
    <Dialog open onClose={onClose} title={t("title")}>
      <p className="mb-4 text-text2">
        {t("intro")}{" "}
        <Link to="/settings/keyboard" onClick={onClose} className="text-accent underline">
          {t("change")}
        </Link>
      </p>
      <div className="gap-6 two:columns-2">
        {GROUPS.map((group) => (
          <ShortcutGroup
            key={group}
            title={t(`group.${group}`)}
            own={own}
            ids={ids.filter((id) => SHORTCUTS[id].group === group)}
          />
        ))}
      </div>
    </Dialog>
  );
}

interface GroupProps {
  title: string;
  ids: readonly ShortcutId[];
  own: OwnKeys;
}

function ShortcutGroup({ title, ids, own }: GroupProps) {
  const { t } = useTranslation("shortcut");
  if (ids.length === 0) return null;
  return (
    <section className="mb-6 break-inside-avoid">
      <h3 className="mb-2 text-label font-medium text-text3">{title}</h3>
      <dl className="flex flex-col gap-2">
        {ids.map((id) => (
          <div key={id} className="flex items-center justify-between gap-4">
            <dt>{t(`name.${id}`)}</dt>
            <dd className="flex gap-2">
              {keysOf(id, own).map((keys) => (
                <Keys key={keys} keys={keys} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

export function Keys({ keys }: { keys: string }) {
  return (
    <span className="flex gap-1">
      {shownKeys(keys, MOD).map((key) => (
        <Key key={key}>{key}</Key>
      ))}
    </span>
  );
}
