/** What is shown when the network or the server lets us down. */
import { useEffect, useState } from "preact/hooks";
import type { Banner, View } from "../store.ts";
import { plural, t } from "../t.ts";

/** Always there, mostly empty: only then is a change of its words announced. */
export function OfflineBar({ banner }: { banner: Banner }) {
  const back = (count: number) =>
    count === 0 ? t("back") : plural(count, "back_one", "back_many");
  return (
    <div role="status">
      {banner && (
        <p class={`bar ${banner.kind}`}>
          {banner.kind === "offline" ? t("offline") : back(banner.count)}
        </p>
      )}
    </div>
  );
}

/** Whole seconds until `until`, counted down; 0 when it is past or null. */
export function useSecondsUntil(until: number | null): number {
  const left = () => (until === null ? 0 : Math.max(0, Math.ceil((until - Date.now()) / 1000)));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    setSeconds(left());
    if (until === null) return;
    const timer = setInterval(() => {
      setSeconds(left());
      if (Date.now() >= until) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [until]);
  return seconds;
}

export function Failure({ view, onTryAgain }: { view: View; onTryAgain: () => void }) {
  const seconds = useSecondsUntil(view.retryAt);
  if (view.phase !== "failed") return null;
  if (seconds > 0) {
    return (
      <p class="notice" role="status">
        {t("load_slow_down", { n: seconds })}
      </p>
    );
  }
  return (
    <p class="notice" role="alert">
      {t("load_failed")}{" "}
      <button type="button" class="link" onClick={onTryAgain}>
        {t("try_again")}
      </button>
    </p>
  );
}

/** "Slow down, 12 s": the number counts for the eye, and is said once to the ear. */
export function SlowDown({ until }: { until: number }) {
  const seconds = useSecondsUntil(until);
  const [first] = useState(seconds);
  if (seconds === 0) return null;
  return (
    <p class="notice">
      <span aria-hidden="true">{t("slow_down", { n: seconds })}</span>
      <span class="unseen" role="alert">
        {t("slow_down_now", { n: first })}
      </span>
    </p>
  );
}
