/** The edge between two panes: dragged, or moved with the arrow keys. */
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { clampWidth, DEFAULTS, LIMITS } from "../panes";

const STEP = 16;

interface SplitterProps {
  pane: "list" | "context";
  width: number;
  label: string;
  onWidth: (width: number) => void;
}

export function Splitter({ pane, width, label, onWidth }: SplitterProps) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const sign = pane === "list" ? 1 : -1;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? STEP : event.key === "ArrowLeft" ? -STEP : 0;
    if (step === 0) return;
    event.preventDefault();
    onWidth(clampWidth(pane, width + step * sign));
  };
  const onPointerDown = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = { x: event.clientX, width };
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!from.current) return;
    onWidth(clampWidth(pane, from.current.width + (event.clientX - from.current.x) * sign));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a movable separator has no element of its own
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={LIMITS[pane][0]}
      aria-valuemax={LIMITS[pane][1]}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        from.current = null;
      }}
      onDoubleClick={() => onWidth(DEFAULTS[pane])}
      className="relative z-10 w-px shrink-0 cursor-col-resize touch-none bg-line before:absolute before:inset-y-0 before:-left-1 before:w-2 hover:bg-accent"
    />
  );
}
