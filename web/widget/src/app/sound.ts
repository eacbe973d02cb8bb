/** A short tone for a message that comes in: after the visitor's first touch, in one tab, and not when they muted it. */

const KEY = "chatdesk:muted";
/** Milliseconds for which the other tabs stay quiet. */
const ALONE = 1_500;

let audio: AudioContext | null = null;

/** Browsers let a page be heard once somebody has touched it. */
function wake(): void {
  audio ??= new AudioContext();
  void audio.resume();
}

export function readSound(): boolean {
  try {
    return localStorage.getItem(KEY) === null;
  } catch {
    return true;
  }
}

export function keepSound(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "1");
  } catch {
    // kept for as long as the page lives
  }
}

export function listenForTouch(): void {
  if (typeof AudioContext === "undefined") return;
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, wake, { once: true });
}

function play(): void {
  if (audio?.state !== "running") return;
  const { currentTime: now } = audio;
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.setValueAtTime(660, now);
  tone.frequency.setValueAtTime(880, now + 0.09);
  volume.gain.setValueAtTime(0.0001, now);
  volume.gain.exponentialRampToValueAtTime(0.12, now + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.28);
  tone.connect(volume).connect(audio.destination);
  tone.start(now);
  tone.stop(now + 0.3);
}

/** The first of the visitor's tabs that hears of a message sounds; the others find the lock taken. */
export function ring(message: string): void {
  if (!navigator.locks) {
    play();
    return;
  }
  const alone = { ifAvailable: true } as const;
  void navigator.locks.request(`chatdesk:${message}`, alone, (lock) => {
    if (!lock) return undefined;
    play();
    return new Promise<void>((done) => setTimeout(done, ALONE));
  });
}
