/** Which step of the set-up this browser is at, so that a closed tab goes on where it was. */
import { readStored, writeStored } from "@/lib/stored";

/** Steps after the account exists; null: none, or done. */
export type Step = 2 | 3 | 4;

const KEY = "setup";

export function savedStep(): Step | null {
  const step = readStored<number>(KEY);
  return step === 2 || step === 3 || step === 4 ? step : null;
}

export function saveStep(step: Step | null): void {
  writeStored(KEY, step);
}
