/** How long ago, in the language of the screen: "2m" for lists, "2 min ago" elsewhere. */
import type { TFunction } from "@/lib/i18n";
import { ago } from "./time";

export function agoText(t: TFunction, at: string, now: number): string {
  const { unit, count } = ago(at, now);
  return t(`time.${unit}`, { count });
}

export function agoWords(t: TFunction, at: string, now: number): string {
  const { unit, count } = ago(at, now);
  return t(`ago.${unit}`, { count });
}
