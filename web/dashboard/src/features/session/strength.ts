/** How hard a password is to guess, roughly and in words. Pure; the server decides what it takes. */
type Strength = "empty" | "short" | "simple" | "good" | "strong";

export const LEAST_LENGTH = 12;

export function strengthOf(password: string): Strength {
  if (password === "") return "empty";
  if ([...password].length < LEAST_LENGTH) return "short";
  const different = new Set(password).size;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/].filter((kind) => kind.test(password));
  if (different < 6) return "simple";
  if (password.length >= 16 || (kinds.length >= 3 && password.length >= 14)) return "strong";
  return kinds.length >= 2 ? "good" : "simple";
}
