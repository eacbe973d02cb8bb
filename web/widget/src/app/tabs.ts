/** Keeps the visitor's other tabs in step about what no socket tells them. */

export type TabNews = { type: "began" } | { type: "left" } | { type: "ended"; id: string };

export interface Tabs {
  tell: (news: TabNews) => void;
}

function readNews(value: unknown): TabNews | null {
  const { type, id } = (value ?? {}) as { type?: unknown; id?: unknown };
  if (type === "began" || type === "left") return { type };
  return type === "ended" && typeof id === "string" ? { type, id } : null;
}

export function joinTabs(key: string, hear: (news: TabNews) => void): Tabs {
  try {
    const channel = new BroadcastChannel(`chatdesk:${key}`);
    channel.onmessage = ({ data }) => {
      const news = readNews(data);
      if (news) hear(news);
    };
    return { tell: (news) => channel.postMessage(news) };
  } catch {
    return { tell: () => {} };
  }
}
