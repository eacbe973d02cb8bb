/** What went wrong or is missing, in words, with the one thing to do about it. */
import { ApiError } from "@chatdesk/client";
import { clsx } from "clsx";
import { type ReactNode, useEffect, useState } from "react";
import { copyText } from "@/lib/copy";
import { useTranslation } from "@/lib/i18n";
import { Button } from "./button";

interface EmptyProps {
  title: string;
  detail?: string | undefined;
  action?: ReactNode;
}

export function Empty({ title, detail, action }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-3 px-6 py-12 text-center">
      <p className="max-w-80 text-balance text-text2">{title}</p>
      {detail ? <p className="max-w-80 text-label text-text3">{detail}</p> : null}
      {action}
    </div>
  );
}

interface FailureProps {
  error: unknown;
  /** What we could not do, as a sentence. */
  what: string;
  onRetry?: (() => void) | undefined;
}

/** A short code people can read out; the whole request id is copied. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof ApiError) || !error.requestId) return null;
  return error.requestId;
}

export function Failure({ error, what, onRetry }: FailureProps) {
  const { t } = useTranslation();
  const code = codeOf(error);
  const why = error instanceof ApiError ? error.detail || error.title : null;
  return (
    <div role="alert" className="flex flex-col items-center gap-3 px-6 py-10 text-center">
      <p className="max-w-80 text-text">{what}</p>
      {why ? <p className="max-w-80 text-label text-text2">{why}</p> : null}
      <div className="flex items-center gap-2">
        {onRetry ? <Button onClick={onRetry}>{t("common.tryAgain")}</Button> : null}
        {code ? (
          <Button look="quiet" onClick={() => void copyText(code)} title={t("common.copyCode")}>
            {t("common.code", { code: `E-${code.slice(-4).toUpperCase()}` })}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

export function InlineError({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-button border border-bad bg-bad-tint px-3 py-2 text-bad">
      {children}
    </p>
  );
}

/** Shows after 150 ms; says so in words after a second. */
export function Loading({ rows = 6, className }: { rows?: number; className?: string }) {
  const { t } = useTranslation();
  const stage = useStage();
  if (stage === 0) return null;
  return (
    <div className={clsx("flex flex-col gap-4 p-4", className)} role="status">
      {Array.from({ length: rows }, (_, index) => index).map((index) => (
        <div key={index} className="flex gap-3" aria-hidden="true">
          <span className="skeleton size-4 shrink-0" />
          <span className="flex flex-1 flex-col gap-2">
            <span className="skeleton h-3 w-2/5" />
            <span className="skeleton h-3 w-4/5" />
          </span>
        </div>
      ))}
      <span className={stage === 2 ? "text-center text-text3" : "sr-only"}>
        {stage === 2 ? t("common.stillLoading") : t("common.loading")}
      </span>
    </div>
  );
}

function useStage(): 0 | 1 | 2 {
  const [stage, setStage] = useState<0 | 1 | 2>(0);
  useEffect(() => {
    const soon = setTimeout(() => setStage(1), 150);
    const late = setTimeout(() => setStage(2), 1_000);
    return () => {
      clearTimeout(soon);
      clearTimeout(late);
    };
  }, []);
  return stage;
}
