/** Asks how it was: stars as a group of radio buttons, a comment, and a way past it. Fetched when it is first asked. */
import { useEffect, useId, useState } from "preact/hooks";
import { wordsOf } from "../said.ts";
import type { View } from "../store.ts";
import type { Survey } from "../survey.ts";
import { currentLocale, plural, t } from "../t.ts";
import { Star } from "./icons.tsx";

const STARS = [1, 2, 3, 4, 5] as const;
/** Characters, as the server counts them. */
const MOST = 1_000;

interface Props {
  view: View;
  survey: Survey;
}

export function SurveyCard({ view, survey }: Props) {
  const { inbox, chat } = view.model;
  const own = (name: "question" | "thanks") => inbox && wordsOf(inbox, name, currentLocale());
  if (!chat?.survey) {
    return (
      <p class="survey" role="status">
        {own("thanks") || t("rate_thanks")}
      </p>
    );
  }
  const question = own("question") || t("rate_ask");
  return (
    <Questions
      key={chat.id}
      question={question}
      onSend={(stars, comment) => survey.rate(stars, comment)}
      onSkip={() => survey.skip()}
    />
  );
}

interface QuestionsProps {
  question: string;
  onSend: (stars: number, comment: string) => Promise<void>;
  /** Left out where nothing is hidden by it. */
  onSkip?: () => void;
  /** What was said before. */
  said?: { stars: number; comment: string };
}

export function Questions({ question, onSend, onSkip, said }: QuestionsProps) {
  const [stars, setStars] = useState(said?.stars ?? 0);
  const [comment, setComment] = useState(said?.comment ?? "");
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");
  const send = (event: Event) => {
    event.preventDefault();
    if (stars === 0 || state === "busy") return;
    setState("busy");
    onSend(stars, comment.trim()).catch(() => setState("failed"));
  };
  return (
    <form class="survey" onSubmit={send}>
      <Stars question={question} stars={stars} onChoose={setStars} />
      {stars > 0 && (
        <textarea
          rows={2}
          dir="auto"
          maxLength={MOST}
          value={comment}
          placeholder={t("rate_comment")}
          aria-label={t("rate_comment")}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      )}
      {state === "failed" && (
        <p class="notice" role="alert">
          {t("rate_failed")}
        </p>
      )}
      <div class="choices">
        {stars > 0 && (
          <button type="submit" class="filled" aria-disabled={state === "busy"}>
            {t("rate_send")}
          </button>
        )}
        {onSkip && (
          <button type="button" class="quiet" onClick={onSkip}>
            {t("rate_skip")}
          </button>
        )}
      </div>
    </form>
  );
}

function Stars(props: { question: string; stars: number; onChoose: (stars: number) => void }) {
  const { question, stars, onChoose } = props;
  const [over, setOver] = useState(0);
  const name = useId();
  const lit = over || stars;
  useEffect(() => setOver(0), [stars]);
  return (
    <fieldset class="stars" onPointerLeave={() => setOver(0)}>
      <legend dir="auto">{question}</legend>
      {STARS.map((n) => (
        <label
          key={n}
          class={n <= lit ? "lit" : ""}
          onPointerEnter={(event) => event.pointerType === "mouse" && setOver(n)}
        >
          <input
            type="radio"
            class="unseen"
            name={name}
            value={n}
            checked={n === stars}
            onChange={() => onChoose(n)}
          />
          <Star />
          <span class="unseen">{plural(n, "rate_star", "rate_stars")}</span>
        </label>
      ))}
    </fieldset>
  );
}
