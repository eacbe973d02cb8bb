/** The customer's other conversations, to be looked at beside the open one. */
import type { Conversation } from "@chatdesk/client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { StateMark } from "@/features/conversation/components/state-mark";
import { useTranslation } from "@/lib/i18n";
import { fullTime, shortDate } from "@/lib/time";
import { fetchMoreHistory, useHistory } from "../api";
import { Card, CardFailure } from "./card";

interface EarlierProps {
  conversation: Conversation;
  onPeek: (conversation: Conversation) => void;
}

export function Earlier({ conversation, onPeek }: EarlierProps) {
  const { t } = useTranslation("contact");
  const { t: common } = useTranslation();
  const { contact } = conversation;
  const load = useHistory(contact.id);
  const history = load.data;
  const others = history?.items.filter((each) => each.id !== conversation.id) ?? [];
  const count = history?.next ? `${others.length}+` : String(others.length);
  return (
    <Card name="earlier" title={history ? t("earlierCount", { count }) : t("earlier")}>
      {load.isError && !history ? (
        <CardFailure
          what={t("earlierFailed")}
          retry={common("common.tryAgain")}
          onRetry={() => void load.refetch()}
        />
      ) : null}
      {history && others.length === 0 ? (
        <p className="text-label text-text3">{t("earlierNone")}</p>
      ) : null}
      <ul className="flex flex-col">
        {others.map((each) => (
          <li key={each.id}>
            <button
              type="button"
              aria-label={`${t("peek", { number: each.number })}: ${each.preview}`}
              onClick={() => onPeek(each)}
              className="flex w-full items-center gap-2 rounded-button py-1 text-left hover:bg-sunken max-two:py-3"
            >
              <StateMark state={each.state} />
              <span className="min-w-0 flex-1 truncate" dir="auto">
                {each.preview}
              </span>
              <time
                dateTime={each.created_at}
                title={fullTime(each.created_at)}
                className="text-meta text-text3"
              >
                {shortDate(each.created_at)}
              </time>
            </button>
          </li>
        ))}
      </ul>
      {history?.next ? <More id={contact.id} cursor={history.next} /> : null}
    </Card>
  );
}

function More({ id, cursor }: { id: string; cursor: string }) {
  const { t } = useTranslation("contact");
  const [busy, setBusy] = useState(false);
  const more = () => {
    setBusy(true);
    void fetchMoreHistory(id, cursor)
      .catch(() => {})
      .finally(() => setBusy(false));
  };
  return (
    <Button size="small" disabled={busy} onClick={more} className="self-start">
      {busy ? t("loading") : t("more")}
    </Button>
  );
}
