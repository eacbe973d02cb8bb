/** What to call somebody in a narrow place: the first name, but "Visitor 81" stays whole. */
export function firstName(name: string): string {
  const [first = name, second] = name.trim().split(/\s+/);
  return second !== undefined && /^\d+$/.test(second) ? `${first} ${second}` : first;
}
