import type { Tag } from "@chatdesk/client";
import { expect, test } from "vitest";
import { applyEvent, listOf } from "@/features/conversation/live";
import { at, conversation, event } from "@/live/made";
import { applyToTags, matching, shownTags } from "./live";

const tag = (name: string): Tag => ({
  id: `tag_${name.toLowerCase()}`,
  name,
  colour: "grey",
  created_at: at(0),
});

const TAGS = { items: [tag("Late"), tag("Refund"), tag("VIP")], head: 5 };

test("tags come, change and go by events, in the order of their names", () => {
  const more = applyToTags(TAGS, event(6, "tag.created", { tag: tag("Order") }, null));
  expect(more.items.map((each) => each.name)).toEqual(["Late", "Order", "Refund", "VIP"]);
  const renamed = { ...tag("VIP"), name: "Best" };
  const after = applyToTags(more, event(7, "tag.updated", { tag: renamed }, null));
  expect(after.items.map((each) => each.name)).toEqual(["Best", "Late", "Order", "Refund"]);
  const less = applyToTags(after, event(8, "tag.deleted", { id: "tag_late" }, null));
  expect(shownTags(less.items, ["tag_late", "tag_vip"]).map((each) => each.name)).toEqual(["Best"]);
});

test("what begins with the words is found before what holds them", () => {
  const all = [tag("Not ok"), tag("okay"), tag("Other")];
  expect(matching(all, "OK").map((each) => each.name)).toEqual(["okay", "Not ok"]);
  expect(matching(all, "none")).toEqual([]);
});

test("a list is filtered by a tag, and the queue goes by priority before age", () => {
  const waits = (id: string, priority: "urgent" | "normal" | "low", minutes: number) => ({
    conversation: conversation({ id, priority, tags: ["tag_vip"], waiting_since: at(minutes) }),
    asOf: 1,
  });
  const all = [waits("a", "low", 0), waits("b", "normal", 2), waits("c", "urgent", 3)];
  expect(listOf(all, "waiting", "me", null, 0, "tag_vip")).toEqual(["c", "b", "a"]);
  expect(listOf(all, "waiting", "me", null, 0, "tag_late")).toEqual([]);
});

test("a conversation follows its labels", () => {
  const known = { conversation: conversation(), asOf: 1 };
  const urgent = applyEvent(known, event(2, "conversation.prioritised", { priority: "urgent" }));
  expect(urgent?.conversation.priority).toBe("urgent");
  const data = { tags: ["tag_vip"], added: "tag_vip", removed: null };
  const tagged = applyEvent(urgent, event(3, "conversation.tagged", data));
  expect(tagged?.conversation.tags).toEqual(["tag_vip"]);
});
