/** What colleagues ask me for: a card each, which never takes the focus. Silence is an answer too, and it says which. */
import { ApiError, type Ask } from "@chatdesk/client";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { useLine } from "@/live/use";
import { toAnswer } from "../live";
import { answer, followAsks, loadAsks, useAsks, useSecondsLeft } from "../store";

const SHOWN = 3;

export default function AskStack() {
  const { t } = useTranslation("handover");
  const { live } = useLine();
  useEffect(followAsks, []);
  useEffect(() => {
    // A failure is met again with the next line; events come in any case.
    if (live) void loadAsks().catch(() => {});
  }, [live]);
  const mine = toAnswer(useAsks(), desk.me);
  const first = mine[0];
  return (
    <>
      <p className="sr-only" aria-live="assertive">
        {first ? t("ask.say", { name: first.agent.name, contact: first.contact.name }) : null}
      </p>
      {first ? (
        <section
          aria-label={t("ask.label")}
          className="flex flex-col gap-2 max-two:shrink-0 max-two:border-t max-two:bg-canvas max-two:p-2"
        >
          {mine.slice(0, SHOWN).map((ask) => (
            <AskCard key={ask.id} ask={ask} />
          ))}
        </section>
      ) : null}
    </>
  );
}

function AskCard({ ask }: { ask: Ask }) {
  const { t } = useTranslation("handover");
  const seconds = useSecondsLeft(ask);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const say = async (yes: boolean) => {
    setBusy(true);
    setTrouble(null);
    try {
      await answer(ask, yes);
    } catch (error) {
      const known = error instanceof ApiError && !error.temporary ? error.detail : null;
      setTrouble(known || t("ask.failed"));
      setBusy(false);
    }
  };
  const name = ask.agent.name;
  return (
    <article className="enter forced-edge flex flex-col gap-2 rounded-card border bg-raised p-3 shadow-float">
      <p className="text-message">
        <b className="font-semibold">{name}</b> {t("ask.asksFor")}{" "}
        <Link
          to="/inbox/$id"
          params={{ id: ask.conversation_id }}
          search={{ view: "mine" }}
          className="font-medium text-accent underline"
        >
          {ask.contact.name}
        </Link>
        .
      </p>
      <p className="text-label text-text2">
        {t("ask.silence", { name })}{" "}
        <span className="tabular font-medium text-text">
          {t("ask.seconds", { count: seconds })}
        </span>
      </p>
      {trouble ? (
        <p role="alert" className="text-label text-bad">
          {trouble}
        </p>
      ) : null}
      <footer className="flex flex-wrap gap-2">
        <Button disabled={busy} onClick={() => void say(false)} className="max-two:flex-1">
          {t("ask.keep")}
        </Button>
        <Button disabled={busy} onClick={() => void say(true)} className="max-two:flex-1">
          {t("ask.give")}
        </Button>
      </footer>
    </article>
  );
}
