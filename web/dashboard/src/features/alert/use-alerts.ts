/** Turns events into sounds and notices, for as long as somebody is signed in. */
import type { EventFrame } from "@chatdesk/client";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { armSound, playTone } from "@/features/sound/tone";
import { t } from "@/lib/i18n";
import { caughtUpTo } from "@/live/connection";
import { desk } from "@/live/desk";
import { type AlertKind, alertOf } from "./alerts";
import { alertsBy, showNotice } from "./store";

/** `open`: the conversation on screen. */
export function useAlerting(open: string | null): void {
  const navigate = useNavigate();
  useEffect(armSound, []);
  useEffect(() => {
    const goTo = (id: string) => () =>
      void navigate({ to: "/inbox/$id", params: { id }, search: { view: "mine" } });
    desk.onEvent = (frame) => {
      const front = document.visibilityState === "visible" && document.hasFocus();
      const kind = alertOf(frame, {
        me: desk.me,
        watching: front ? open : null,
        caughtUpTo: caughtUpTo(),
        conversation: (id) => desk.conversations.get(id)?.conversation,
      });
      if (kind === null) return;
      // What rings has a sound of its own, for as long as it rings.
      if (kind !== "ring" && alertsBy(kind, "sound")) playTone();
      if (!front && alertsBy(kind, "desktop")) notice(kind, frame, goTo);
    };
    return () => {
      desk.onEvent = () => {};
    };
  }, [open, navigate]);
}

function notice(kind: AlertKind, frame: EventFrame, goTo: (id: string) => () => void): void {
  const id = frame.conversation_id;
  if (id === null) return;
  const known = desk.conversations.get(id)?.conversation;
  const offer = frame.kind === "conversation.offered" ? frame.data.offer : null;
  const name = offer?.contact.name ?? known?.contact.name ?? t("app.name");
  const text = frame.kind === "message.created" ? frame.data.message.content.text : known?.preview;
  showNotice({
    title: t(`alert.${kind}`, { name }),
    body: (offer?.preview ?? text ?? "").slice(0, 200),
    tag: id,
    stays: kind === "ring",
    onOpen: goTo(id),
  });
}
