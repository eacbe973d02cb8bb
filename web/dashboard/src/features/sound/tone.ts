/**
 * The tone for something new. Browsers allow sound only after a first key or click on the page,
 * so whether it is really on is known only once it has played.
 */
import { useSyncExternalStore } from "react";
import { volume as loudness } from "@/features/alert/store";
import { readStored, writeStored } from "@/lib/stored";

type SoundState = "unasked" | "on" | "off" | "blocked";

const KEY = "sound";
const QUIET_BETWEEN = 1_000;
/** Most people touch the page sooner than this; only then is it worth saying. */
const SAY_BLOCKED_AFTER = 5_000;

let context: AudioContext | null = null;
let choice = readStored<"on" | "off">(KEY);
let lastPlayed = 0;
let patient = true;
const listeners = new Set<() => void>();

function changed(): void {
  for (const listener of listeners) listener();
}

function state(): SoundState {
  if (choice === null) return "unasked";
  if (choice === "off") return "off";
  return context?.state === "running" || patient ? "on" : "blocked";
}

async function unlock(): Promise<void> {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  if (context.state !== "running") await context.resume().catch(() => {});
  changed();
}

/** With sound chosen on an earlier visit, the first key or click makes it possible again. */
export function armSound(): void {
  const once = () => {
    if (choice !== "on") return;
    removeEventListener("pointerdown", once);
    removeEventListener("keydown", once);
    void unlock();
  };
  addEventListener("pointerdown", once);
  addEventListener("keydown", once);
  setTimeout(() => {
    patient = false;
    changed();
  }, SAY_BLOCKED_AFTER);
}

/** Turns it on and plays it: hearing it is the proof. Call from a click. */
export async function turnOnSound(): Promise<void> {
  choice = "on";
  writeStored(KEY, choice);
  await unlock();
  lastPlayed = 0;
  playTone();
  changed();
}

export function turnOffSound(): void {
  choice = "off";
  writeStored(KEY, choice);
  changed();
}

/** Where to play, once sound is on and the browser lets it be heard; null before that. */
export const audio = (): AudioContext | null =>
  choice === "on" && context?.state === "running" ? context : null;

/** Two short notes, at most once a second. */
export function playTone(): void {
  if (choice !== "on" || context?.state !== "running") return;
  const now = Date.now();
  if (now - lastPlayed < QUIET_BETWEEN) return;
  lastPlayed = now;
  note(context, 660, 0);
  note(context, 880, 0.12);
}

function note(audio: AudioContext, pitch: number, delay: number): void {
  const start = audio.currentTime + delay;
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.type = "sine";
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.0002 + 0.22 * loudness(), start + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.22);
  source.connect(volume).connect(audio.destination);
  source.start(start);
  source.stop(start + 0.24);
}

export function useSound(): SoundState {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, state);
}
