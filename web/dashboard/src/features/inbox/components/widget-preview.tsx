/** A drawing of the widget on a page, in the colours being chosen. It changes with every key. */
import { clsx } from "clsx";
import { MessageCircle, SendHorizontal, X } from "lucide-react";
import { useTranslation } from "@/lib/i18n";
import { contrast, isColour } from "../contrast";
import type { LookDraft } from "./look-editor";

export function WidgetPreview({ draft }: { draft: LookDraft }) {
  const { t } = useTranslation();
  const { look, name, greeting } = draft;
  const colour = isColour(look.colour) ? look.colour : "#0560dc";
  const paint = { backgroundColor: colour, color: look.text_colour };
  const left = look.position === "left";
  return (
    <figure className="flex min-w-0 flex-col gap-2">
      <figcaption className="text-label font-medium text-text2">{t("look.preview")}</figcaption>
      <div
        data-preview
        aria-hidden="true"
        className={clsx(
          "flex min-h-104 flex-col justify-end gap-3 rounded-card border bg-canvas p-4",
          left ? "items-start" : "items-end",
        )}
      >
        <div className="flex h-80 w-full max-w-72 flex-col overflow-hidden rounded-widget border bg-surface shadow-float">
          <div className="flex h-12 shrink-0 items-center gap-2 px-4" style={paint}>
            <span className="min-w-0 flex-1 truncate text-message font-semibold">{name}</span>
            <X size={16} strokeWidth={1.5} aria-hidden="true" />
          </div>
          <div className="flex min-h-0 flex-1 flex-col justify-end gap-3 overflow-hidden p-3 text-message">
            {greeting ? (
              <p className="max-w-[85%] self-start rounded-card bg-canvas px-3 py-2 break-words">
                {greeting}
              </p>
            ) : null}
            <p className="max-w-[85%] self-end rounded-card px-3 py-2" style={paint}>
              {t("look.sampleQuestion")}
            </p>
          </div>
          <div className="flex h-12 shrink-0 items-center gap-2 border-t px-3 text-text3">
            <span className="flex-1">{t("look.sampleField")}</span>
            <SendHorizontal
              size={20}
              strokeWidth={1.5}
              aria-hidden="true"
              style={{ color: contrast(colour, "#ffffff") >= 3 ? colour : undefined }}
            />
          </div>
        </div>
        <div
          className="flex h-13 min-w-13 items-center justify-center gap-2 rounded-full px-3.5 shadow-float"
          style={paint}
        >
          <MessageCircle size={24} strokeWidth={1.5} aria-hidden="true" />
          {look.label ? <span className="font-semibold">{look.label}</span> : null}
        </div>
      </div>
    </figure>
  );
}
