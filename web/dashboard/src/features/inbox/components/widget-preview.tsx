/** The widget itself, on an empty page of ours, dressed in what is being chosen. It changes with every key. */
import type { InboxSettings } from "@chatdesk/client";
import { clsx } from "clsx";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "@/lib/i18n";
import { type PreviewChoice, wishOf } from "../settings";

interface PreviewProps {
  settings: InboxSettings;
  choice?: PreviewChoice;
  phone?: boolean;
  /** Null: as the screen is. */
  theme?: "light" | "dark" | null;
}

const CHAT: PreviewChoice = { state: "chat", locale: null, away: false };

export function WidgetPreview(props: PreviewProps) {
  const { settings, choice = CHAT, phone = false, theme = null } = props;
  const { t } = useTranslation();
  const frame = useRef<HTMLIFrameElement>(null);
  const [ready, setReady] = useState(0);
  useEffect(() => {
    const hear = (event: MessageEvent) => {
      const ours =
        event.origin === location.origin && event.source === frame.current?.contentWindow;
      if (ours && event.data === "chatdesk:preview") setReady((times) => times + 1);
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, []);
  useEffect(() => {
    if (ready === 0) return;
    frame.current?.contentWindow?.postMessage(wishOf(settings, choice), location.origin);
  }, [ready, settings, choice]);
  return (
    <iframe
      ref={frame}
      src="/widget/preview"
      title={t("look.preview")}
      data-preview
      className={clsx(
        "h-152 w-full rounded-card border bg-canvas",
        phone ? "mx-auto max-w-[24.375rem]" : null,
      )}
      style={theme ? { colorScheme: theme } : undefined}
    />
  );
}
