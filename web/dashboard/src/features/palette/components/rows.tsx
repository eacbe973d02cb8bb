/** The faces of the palette's lines. */
import type { Conversation, SearchHit } from "@chatdesk/client";
import { ChevronRight, Lock, Search } from "lucide-react";
import { Key } from "@/components/ui/button";
import { StateMark } from "@/features/conversation/components/state-mark";
import { Marked } from "@/features/search/components/hit-row";
import { MOD, useOwnKeys } from "@/features/shortcut/keys";
import { keysOf, type ShortcutId, shownKeys } from "@/features/shortcut/map";
import { useTranslation } from "@/lib/i18n";

export function ActionRow({ id, name }: { id: ShortcutId; name: string }) {
  const keys = keysOf(id, useOwnKeys())[0];
  return (
    <>
      <ChevronRight size={16} strokeWidth={1.5} aria-hidden="true" className="text-text3" />
      <span className="min-w-0 flex-1 truncate">{name}</span>
      {keys ? (
        <span className="flex gap-1 max-two:hidden" aria-hidden="true">
          {shownKeys(keys, MOD).map((key) => (
            <Key key={key}>{key}</Key>
          ))}
        </span>
      ) : null}
    </>
  );
}

export function TalkRow({ conversation }: { conversation: Conversation }) {
  return (
    <>
      <StateMark state={conversation.state} />
      <span className="shrink-0 font-medium">{conversation.contact.name}</span>
      <span className="tabular shrink-0 text-label text-text3">#{conversation.number}</span>
      <span className="min-w-0 flex-1 truncate text-text2" dir="auto">
        {conversation.preview}
      </span>
    </>
  );
}

export function AllRow({ q }: { q: string }) {
  const { t } = useTranslation("shortcut");
  return (
    <>
      <Search size={16} strokeWidth={1.5} aria-hidden="true" className="text-text3" />
      <span className="min-w-0 flex-1 truncate">{t("palette.all", { q })}</span>
    </>
  );
}

export function HitRow({ hit }: { hit: SearchHit }) {
  const { t } = useTranslation("search");
  const { conversation, message } = hit;
  return (
    <>
      {conversation ? <StateMark state={conversation.state} /> : null}
      <span className="shrink-0 font-medium">{hit.contact.name}</span>
      {conversation ? (
        <span className="tabular shrink-0 text-label text-text3">#{conversation.number}</span>
      ) : null}
      {hit.kind === "note" ? (
        <Lock size={12} strokeWidth={1.5} aria-label={t("note")} className="shrink-0 text-text2" />
      ) : null}
      {message ? (
        <span className="min-w-0 flex-1 truncate text-text2" dir="auto">
          <Marked hit={hit} />
        </span>
      ) : null}
    </>
  );
}
