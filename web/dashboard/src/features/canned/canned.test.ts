import type { Canned } from "@chatdesk/client";
import { expect, test } from "vitest";
import { at, event } from "@/live/made";
import { askedFor, fill, putIn } from "./fill";
import { applyToCanned, findCanned, slashAt } from "./live";

const canned = (name: string, change: Partial<Canned> = {}): Canned => ({
  id: `canned_${name}`,
  agent_id: null,
  department_id: null,
  name,
  body: "Hello",
  tags: [],
  times: 0,
  updated_at: at(0),
  ...change,
});

test("what is known is filled in, with what stands in for the rest", () => {
  const body = "Hi {{customer.first_name|there}}, {{ agent.name }} here about {{order}}.";
  expect(fill(body, { "agent.name": "Maya" })).toBe("Hi there, Maya here about {{order}}.");
  expect(fill(body, { "customer.first_name": "$& Lena" })).toContain("Hi $& Lena,");
  expect(fill("{{customer.first_name|}}!", {})).toBe("!");
});

test("what is not known is asked for once, and stands everywhere afterwards", () => {
  const text = "Order {{order}} of {{day}}: {{order}} left. {not} {{ }}";
  expect(askedFor(text)).toEqual(["order", "day"]);
  expect(putIn(text, "order", "$1 8812")).toBe(
    "Order $1 8812 of {{day}}: $1 8812 left. {not} {{ }}",
  );
  expect(askedFor(putIn(putIn(text, "order", "1"), "day", "2"))).toEqual([]);
});

test("a slash opens the list after a blank and nowhere else", () => {
  expect(slashAt("Hi /ref", 7)).toEqual({ from: 3, words: "ref" });
  expect(slashAt("/", 1)).toEqual({ from: 0, words: "" });
  expect(slashAt("and/or", 6)).toBeNull();
  expect(slashAt("see /usr/bin", 12)).toBeNull();
  expect(slashAt("Hi /ref ", 8)).toBeNull();
});

test("names are found by their letters, then tags, then texts; often used ones first", () => {
  const all = [
    canned("Bye"),
    canned("Refund late", { times: 1 }),
    canned("Refund sent", { times: 12 }),
    canned("Money", { tags: ["refund"] }),
    canned("Other", { body: "about your refund" }),
  ];
  const found = (words: string) => findCanned(all, words, 10).map((each) => each.name);
  expect(found("refund")).toEqual(["Refund sent", "Refund late", "Money", "Other"]);
  expect(found("rfse")).toEqual(["Refund sent"]);
  expect(found("zz")).toEqual([]);
  expect(findCanned(all, "", 2).map((each) => each.name)).toEqual(["Refund sent", "Refund late"]);
});

test("the list follows events, and keeps one's own count", () => {
  const all = { items: [canned("B", { times: 3 })], head: 1 };
  const renamed = canned("B", { body: "New" });
  const after = applyToCanned(all, event(2, "canned.updated", { canned: renamed }, null));
  expect(after.items[0]).toMatchObject({ body: "New", times: 3 });
  const more = applyToCanned(after, event(3, "canned.created", { canned: canned("A") }, null));
  expect(more.items.map((each) => each.name)).toEqual(["A", "B"]);
  const used = applyToCanned(more, event(4, "canned.used", { id: "canned_A", times: 4 }, null));
  expect(used.items[0]?.times).toBe(4);
  const less = applyToCanned(used, event(5, "canned.deleted", { id: "canned_A" }, null));
  expect(less.items.map((each) => each.name)).toEqual(["B"]);
});
