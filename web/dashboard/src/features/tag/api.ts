/** The calls about tags, and about which conversation carries which. */
import { request, type Tag, type TagColour, type Tags } from "@chatdesk/client";
import { desk } from "@/live/desk";
import { useFollowed } from "@/live/followed";
import { applyToTags } from "./live";

const path = (id: string) => `/api/v1/tags/${encodeURIComponent(id)}`;

export const useTags = () =>
  useFollowed(["tags"], () => request<Tags>("GET", "/api/v1/tags"), applyToTags);

export const createTag = (name: string, colour: TagColour) =>
  request<Tag>("POST", "/api/v1/tags", { name, colour });

export const updateTag = (id: string, change: { name?: string; colour?: TagColour }) =>
  request<Tag>("PATCH", path(id), change);

export const deleteTag = (id: string) => request<void>("DELETE", path(id));

/** Shows at once what it does; a refusal takes it back and is thrown. */
export async function setTag(conversationId: string, tag: string, on: boolean): Promise<void> {
  const show = (shown: boolean) => {
    const now = desk.conversations.get(conversationId)?.conversation.tags ?? [];
    const others = now.filter((each) => each !== tag);
    desk.presume(conversationId, { tags: shown ? [...others, tag] : others });
  };
  show(on);
  const at = `/api/v1/conversations/${encodeURIComponent(conversationId)}/tags/${encodeURIComponent(tag)}`;
  try {
    await request<unknown>(on ? "PUT" : "DELETE", at);
  } catch (error) {
    show(!on);
    throw error;
  }
}
