/** A menu of actions, open from the start: it is fetched by the press that opens it. */
import { Menu as Base } from "@base-ui/react/menu";
import { clsx } from "clsx";
import type { ReactElement, ReactNode } from "react";
import { Key } from "./button";

interface MenuProps {
  trigger: ReactElement;
  children: ReactNode;
}

export function Menu({ trigger, children }: MenuProps) {
  return (
    <Base.Root modal={false} defaultOpen>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align="end" sideOffset={4} className="z-50">
          <Base.Popup className="scroller max-h-96 min-w-52 rounded-card border bg-raised p-1 shadow-float">
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

interface ItemProps {
  onSelect: () => void;
  children: ReactNode;
  hint?: string | undefined;
  danger?: boolean;
  disabled?: boolean;
}

export function MenuItem({ onSelect, children, hint, danger = false, disabled }: ItemProps) {
  return (
    <Base.Item
      onClick={onSelect}
      disabled={disabled ?? false}
      className={clsx(
        "flex h-8 cursor-default items-center gap-2 rounded-button px-2 outline-none select-none",
        "data-highlighted:bg-accent-tint data-disabled:opacity-60 max-two:h-11",
        danger ? "text-bad" : "text-text",
      )}
    >
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {hint ? <Key>{hint}</Key> : null}
    </Base.Item>
  );
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2 pt-2 pb-1 text-meta font-medium text-text3">
        {label}
      </Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export function MenuLine() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}
