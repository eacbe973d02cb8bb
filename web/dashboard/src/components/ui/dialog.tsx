/** A dialog for what is worth stopping for. Routine work never uses one. */
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "@/lib/i18n";
import { IconButton } from "./button";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}

export function Dialog({ open, onClose, title, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-canvas opacity-80" />
        <Base.Popup className="enter fixed top-1/2 left-1/2 z-50 flex max-h-[85dvh] w-[min(40rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 flex-col rounded-card border bg-raised shadow-float">
          <header className="flex items-center justify-between border-b py-2 pr-2 pl-4">
            <Base.Title className="text-heading font-semibold">{title}</Base.Title>
            <IconButton label={t("common.close")} onClick={onClose}>
              <X size={16} strokeWidth={1.5} aria-hidden="true" />
            </IconButton>
          </header>
          <div className="scroller min-h-0 p-4">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
