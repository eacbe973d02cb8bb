import type { Conversation } from "@chatdesk/client";
import { expect, it } from "vitest";
import { actionsOf, localOf, talksOf } from "./items";

const talk = (number: number, name: string, preview: string, at: string) =>
  ({
    id: `c${number}`,
    number,
    contact: { id: `u${number}`, name },
    preview,
    last_message_at: at,
  }) as Conversation;

const talks = talksOf([
  talk(7, "Lena Kovač", "Where is my refund?", "2026-05-01T10:00:00Z"),
  talk(71, "Omar B.", "Thanks", "2026-05-02T10:00:00Z"),
]);
const actions = actionsOf(["claim", "resolve", "goHome", "next", "send"], (id) => id);

it("finds by number, name and what was said last", () => {
  const numbers = (q: string) => localOf(q, actions, talks).talks.map((t) => t.conversation.number);
  expect(numbers("#7")).toEqual([7, 71]);
  expect(numbers("kovac")).toEqual([7]);
  expect(numbers("refnud")).toEqual([7]);
  expect(numbers("")).toEqual([71, 7]);
  expect(numbers("???")).toEqual([]);
});

it("offers what can be done and where to go, but no mere keys", () => {
  const all = localOf("", actions, talks);
  expect(all.actions.map(({ id }) => id)).toEqual(["claim", "resolve"]);
  expect(all.places.map(({ id }) => id)).toEqual(["goHome"]);
  expect(localOf("resol", actions, talks).actions.map(({ id }) => id)).toEqual(["resolve"]);
});
