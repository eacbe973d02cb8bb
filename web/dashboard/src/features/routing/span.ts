/** A span of time as on a clock: 0:55, 12:40, 1:12:05. Pure. */
export function span(from: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(from)) / 1_000));
  const part = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = part(seconds % 60);
  return hours > 0 ? `${hours}:${part(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** The order in which rows are shown: held still while `held`, new ones at the end. */
export function steady(shown: readonly string[], now: readonly string[], held: boolean): string[] {
  if (!held) return [...now];
  const kept = shown.filter((id) => now.includes(id));
  return [...kept, ...now.filter((id) => !kept.includes(id))];
}
