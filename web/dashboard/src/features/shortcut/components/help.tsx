/** All shortcuts that work at this moment. */

import { Key } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useTranslation } from "@/lib/i18n";
import { SHORTCUTS, type ShortcutId, shownKeys, useBoundShortcuts } from "../keys";

const GROUPS = ["list", "conversation", "screen"] as const;

export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const ids = useBoundShortcuts();
  return (
    <Dialog open onClose={onClose} title={t("shortcut.title")}>
      <p className="mb-4 text-text2">{t("shortcut.intro")}</p>
      <div className="grid gap-6 two:grid-cols-2">
        {GROUPS.map((group) => (
          <ShortcutGroup
            key={group}
            title={t(`shortcut.group.${group}`)}
            ids={ids.filter((id) => SHORTCUTS[id].group === group)}
          />
        ))}
      </div>
    </Dialog>
  );
}

function ShortcutGroup({ title, ids }: { title: string; ids: readonly ShortcutId[] }) {
  const { t } = useTranslation();
  if (ids.length === 0) return null;
  return (
    <section>
      <h3 className="mb-2 text-label font-medium text-text3">{title}</h3>
      <dl className="flex flex-col gap-2">
        {ids.map((id) => (
          <div key={id} className="flex items-center justify-between gap-4">
            <dt>{t(`shortcut.${id}`)}</dt>
            <dd className="flex gap-1">
              {SHORTCUTS[id].shown.flatMap((keys) =>
                shownKeys(keys).map((key) => <Key key={key}>{key}</Key>),
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
