/** axe, put into a page past its policy: by the debugger, as nothing else may add a script. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Frame, type Page } from "@playwright/test";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Finding {
  id: string;
  impact: string | null;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** No serious and no critical finding of WCAG 2.2 A and AA. */
export async function expectAccessible(screen: Page | Frame, name: string): Promise<void> {
  await screen.evaluate(source);
  const findings = await screen.evaluate(async () => {
    const axe = (window as unknown as { axe: { run(...a: unknown[]): Promise<unknown> } }).axe;
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const result = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
    return (result as { violations: Finding[] }).violations;
  });
  const grave = findings.filter(({ impact }) => impact === "serious" || impact === "critical");
  const lines = grave.flatMap(({ id, help, nodes }) =>
    nodes.map(
      (node) => `${id}: ${help}\n    ${node.target.join(" ")}\n    ${node.failureSummary ?? ""}`,
    ),
  );
  expect(lines, `axe on ${name}`).toEqual([]);
}
