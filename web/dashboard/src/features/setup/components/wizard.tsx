/** From a fresh server to the first answered message, in four steps. */
import { Link, useNavigate } from "@tanstack/react-router";
import { clsx } from "clsx";
import { useEffect, useState } from "react";
import { Wordmark } from "@/features/session/components/gate";
import { useTranslation } from "@/lib/i18n";
import { useDesk } from "@/live/use";
import { type Step, savedStep, saveStep } from "../progress";
import { AccountStep, FirstMessageStep, LookStep, SnippetStep } from "./steps";

const MINUTES_LEFT = { 1: 2, 2: 2, 3: 1, 4: 1 } as const;

export function Wizard({ code }: { code: string }) {
  const navigate = useNavigate();
  const signedIn = useDesk((d) => d.session !== null);
  const [step, setStep] = useState<1 | Step>(() => (signedIn ? (savedStep() ?? 2) : 1));
  useEffect(() => {
    if (step !== 1) saveStep(step);
  }, [step]);
  const done = () => {
    saveStep(null);
    void navigate({ to: "/inbox", search: { view: "mine" } });
  };
  return (
    <main className="scroller h-dvh px-4 py-8">
      <div className="mx-auto flex w-full max-w-208 flex-col gap-6">
        <Progress step={step} onSkip={() => saveStep(null)} />
        {step === 1 ? <AccountStep code={code} onDone={() => setStep(2)} /> : null}
        {step === 2 ? <LookStep onDone={() => setStep(3)} /> : null}
        {step === 3 ? <SnippetStep onBack={() => setStep(2)} onDone={() => setStep(4)} /> : null}
        {step === 4 ? <FirstMessageStep onBack={() => setStep(3)} onDone={done} /> : null}
      </div>
    </main>
  );
}

function Progress({ step, onSkip }: { step: 1 | Step; onSkip: () => void }) {
  const { t } = useTranslation();
  return (
    <header className="flex flex-wrap items-center gap-x-6 gap-y-2">
      <Wordmark name={t("app.name")} />
      <ol aria-hidden="true" className="flex items-center">
        {[1, 2, 3, 4].map((each) => (
          <li key={each} className="flex items-center">
            {each > 1 ? <span className="h-px w-6 bg-line-strong" /> : null}
            <span
              className={clsx(
                "size-3 rounded-full border-2 border-accent",
                each <= step ? "bg-accent" : "bg-transparent",
              )}
            />
          </li>
        ))}
      </ol>
      <p className="tabular flex-1 text-label text-text2">
        {t("setup.progress", { step, count: MINUTES_LEFT[step] })}
      </p>
      {step > 1 ? (
        <Link
          to="/inbox"
          search={{ view: "mine" }}
          onClick={onSkip}
          className="text-label font-medium text-accent underline"
        >
          {t("setup.skip")}
        </Link>
      ) : null}
    </header>
  );
}
