/**
 * How the page itself says that something rings: by sound, in its title and in its icon. Of several
 * tabs only the newest makes a sound.
 */
import { volume as loudness } from "@/features/alert/store";
import { audio } from "@/features/sound/tone";
import icon from "./ringing.svg?url";

const EVERY = 3_000;
/** From here on, in seconds, the sound comes faster and higher. */
const URGENT = 5;
const URGENT_EVERY = 1_000;
const MARK = "◔ ";

let newest = true;

/** Where the browser offers no locks (an address without TLS), every tab rings. */
export function beTheNewestTab(): () => void {
  const locks = navigator.locks as LockManager | undefined;
  if (!locks) return () => {};
  newest = false;
  let leave = () => {};
  const held = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const hold = () => {
    newest = true;
    return held;
  };
  const again = () => {
    newest = false;
    void locks.request("chatdesk-ring", hold).catch(again);
  };
  void locks.request("chatdesk-ring", { steal: true }, hold).catch(again);
  return () => leave();
}

let lastTone = 0;

/** One double tone; three seconds apart, at the end each second and higher. */
export function sound(secondsLeft: number, now: number): void {
  const urgent = secondsLeft <= URGENT;
  if (!newest || now - lastTone < (urgent ? URGENT_EVERY : EVERY)) return;
  const context = audio();
  if (!context) return;
  lastTone = now;
  const rise = urgent ? 1 + (URGENT - secondsLeft + 1) * 0.08 : 1;
  note(context, 523 * rise, 0);
  note(context, 659 * rise, 0.16);
  note(context, 784 * rise, 0.32);
}

function note(context: AudioContext, pitch: number, delay: number): void {
  const start = context.currentTime + delay;
  const source = context.createOscillator();
  const volume = context.createGain();
  source.type = "triangle";
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.0002 + 0.28 * loudness(), start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
  source.connect(volume).connect(context.destination);
  source.start(start);
  source.stop(start + 0.32);
}

let title: string | null = null;

/** The tab's title; null gives it back what it was. */
export function showTitle(text: string | null): void {
  if (!document.title.startsWith(MARK)) title = document.title;
  if (text !== null) document.title = MARK + text;
  else if (document.title.startsWith(MARK) && title !== null) document.title = title;
}

let quietIcon: string | null = null;

let unread = false;
let ringsNow = false;

/** A dot in the tab's icon while something waits for this agent. */
export function showUnread(some: boolean): void {
  unread = some;
  showIcon(ringsNow);
}

export function showIcon(rings: boolean): void {
  ringsNow = rings;
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!link) return;
  quietIcon ??= link.href;
  const wanted = rings || unread ? icon : quietIcon;
  if (link.href !== wanted) link.href = wanted;
}
