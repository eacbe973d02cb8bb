/** How this browser alerts: what was chosen, and the desktop notices themselves. */
import { useSyncExternalStore } from "react";
import { readStored, writeStored } from "@/lib/stored";
import { type AlertKind, type AlertSettings, alertsNow, readSettings, type Way } from "./alerts";

let settings = readSettings(readStored("alerts"));
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useAlerts = (): AlertSettings => useSyncExternalStore(subscribe, () => settings);

export function keepAlerts(change: Partial<AlertSettings>): void {
  settings = { ...settings, ...change };
  writeStored("alerts", settings);
  for (const listener of listeners) listener();
}

export const alertsBy = (kind: AlertKind, way: Way): boolean =>
  alertsNow(settings, kind, way, new Date());

export const volume = (): number => settings.volume;

export type Notices = "unsupported" | "default" | "granted" | "denied";

const supported = (): boolean => typeof Notification !== "undefined" && isSecureContext;

const noticesNow = (): Notices => (supported() ? Notification.permission : "unsupported");

/** Whether the browser shows notices; asked again whenever the page comes to the front. */
export const useNotices = (): Notices =>
  useSyncExternalStore((listener) => {
    const leave = subscribe(listener);
    addEventListener("focus", listener);
    return () => {
      leave();
      removeEventListener("focus", listener);
    };
  }, noticesNow);

/** Call from a click: browsers ask only then. */
export async function allowNotices(): Promise<void> {
  if (supported()) await Notification.requestPermission();
  for (const listener of listeners) listener();
}

interface Notice {
  readonly title: string;
  readonly body: string;
  /** A later notice with the same tag takes the place of this one, in every tab. */
  readonly tag: string;
  readonly stays?: boolean;
  readonly onOpen: () => void;
}

export function showNotice({ title, body, tag, stays = false, onOpen }: Notice): boolean {
  if (noticesNow() !== "granted") return false;
  try {
    const notice = new Notification(title, { body, tag, requireInteraction: stays, silent: true });
    notice.onclick = () => {
      window.focus();
      notice.close();
      onOpen();
    };
    return true;
  } catch {
    // Some phones show notices only through a service worker.
    return false;
  }
}
