/** What a customer said about how it was: stars with their number, and the comment as it was written. */
import { clsx } from "clsx";
import { Star } from "lucide-react";
import { useTranslation } from "@/lib/i18n";
import { clockTime } from "@/lib/time";

const ALL = [1, 2, 3, 4, 5] as const;

export function Stars({ stars }: { stars: number }) {
  const { t } = useTranslation();
  return (
    <span className="inline-flex items-center gap-1">
      <span className="inline-flex" aria-hidden="true">
        {ALL.map((n) => (
          <Star
            key={n}
            size={14}
            strokeWidth={1.5}
            className={clsx(n <= stars ? "fill-warn text-warn" : "text-line-strong")}
          />
        ))}
      </span>
      <span className="sr-only">{t("survey.stars", { count: stars })}</span>
    </span>
  );
}

interface RatedProps {
  rating: { stars: number; comment: string };
  who: string;
  at: string;
}

export function Rated({ rating, who, at }: RatedProps) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col items-center gap-1 px-4 pt-3 text-label text-text3">
      <p className="flex flex-wrap items-center justify-center gap-2">
        {t("line.rated", { who })}
        <Stars stars={rating.stars} />
        <time dateTime={at}>{clockTime(at)}</time>
      </p>
      {rating.comment ? (
        <blockquote
          dir="auto"
          className="max-w-[60ch] text-text2 [overflow-wrap:anywhere] whitespace-pre-wrap"
        >
          {rating.comment}
        </blockquote>
      ) : null}
    </div>
  );
}
