/** The launcher's few words, and the page's patterns. Pure. */
import type all from "../locales/launcher.json";

export type Words = (typeof all)["en"];

/** The text for a language in a table such as `{ de, "pt-BR" }`. */
export function inLanguage(table: Record<string, string>, locale: string | null): string | null {
  const language = locale?.split("-", 1)[0] ?? "";
  return table[locale ?? ""] ?? table[language] ?? null;
}

/** `/checkout*` against an address without its host; `*` stands for anything. */
export function matchesPage(patterns: readonly string[], page: string): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`).test(page);
  });
}
