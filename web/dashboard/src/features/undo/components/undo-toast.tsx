/** Says what was just done, how to take it back, and which key does it. Covers no text that is being written. */
import { Button, Key } from "@/components/ui/button";
import { useKeyHint, useShortcut } from "@/features/shortcut/keys";
import { useTranslation } from "@/lib/i18n";
import { keepUndo, type Undoable, undo, useUndo } from "../store";

export function UndoToast() {
  const { t } = useTranslation();
  const last = useUndo();
  useShortcut("undo", () => void undo(), last !== null);
  return (
    <div
      role="status"
      aria-label={t("undo.label")}
      className="pointer-events-none fixed z-30 max-two:inset-x-2 max-two:top-2 two:bottom-4 two:left-16"
    >
      {last ? <Toast last={last} /> : null}
    </div>
  );
}

function Toast({ last }: { last: Undoable }) {
  const { t } = useTranslation();
  const undoKeys = useKeyHint("undo");
  const key = useKeyHint(last.did);
  return (
    <div
      onPointerEnter={() => keepUndo(true)}
      onPointerLeave={() => keepUndo(false)}
      className="enter pointer-events-auto flex w-fit max-w-full items-center gap-3 rounded-card border bg-raised py-1.5 pr-1.5 pl-4 shadow-float max-two:mx-auto"
    >
      <span className="min-w-0">
        {t(`undo.${last.did}`)}
        {last.pointed && key ? (
          <span className="text-text2 max-two:hidden"> · {t("undo.next", { key })}</span>
        ) : null}
      </span>
      <Button
        size="small"
        onFocus={() => keepUndo(true)}
        onBlur={() => keepUndo(false)}
        onClick={() => void undo()}
      >
        {t("undo.undo")}
        {undoKeys ? (
          <span className="max-two:hidden">
            <Key>{undoKeys}</Key>
          </span>
        ) : null}
      </Button>
    </div>
  );
}
