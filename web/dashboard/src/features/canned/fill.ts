/** Variables of canned replies: what is known is filled in, what is not is asked for before anything is sent. Pure. */

export const VARIABLES = [
  "customer.first_name",
  "customer.name",
  "customer.email",
  "agent.first_name",
  "agent.name",
  "inbox.name",
  "company.name",
  "conversation.number",
] as const;

export type Known = Partial<Record<(typeof VARIABLES)[number], string | null>>;

const VARIABLE = /\{\{\s*([\p{L}\p{N}_][\p{L}\p{N}_. -]{0,59}?)\s*(?:\|([^{}]{0,200}))?\}\}/gu;

/** What is not known and has no text to stand in for it stays as it is. */
export function fill(body: string, known: Known): string {
  return body.replace(VARIABLE, (whole, name: string, instead: string | undefined) => {
    const value = known[name as keyof Known];
    return value || (instead === undefined ? whole : instead.trim());
  });
}

/** The variables that still stand in a text, each once, in their order. */
export function askedFor(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map((found) => found[1] ?? ""))];
}

/** Puts a value wherever the variable stands. */
export function putIn(text: string, name: string, value: string): string {
  return text.replace(VARIABLE, (whole, found: string) => (found === name ? value : whole));
}
