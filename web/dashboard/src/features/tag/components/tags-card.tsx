/** The customer panel's tags: those of the open conversation, and the way to more. */
import type { Conversation, Tag } from "@chatdesk/client";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Card, CardFailure } from "@/features/contact/components/card";
import { useTranslation } from "@/lib/i18n";
import { setTag, useTags } from "../api";
import { filterByTag } from "../filter";
import { shownTags } from "../live";
import { TagDot } from "./tag-dot";
import { TagPicker } from "./tag-picker";

const SMALL =
  "flex size-6 shrink-0 items-center justify-center rounded-input text-text2 hover:bg-sunken hover:text-text max-two:size-9";

export function TagsCard({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("label");
  const { t: common } = useTranslation();
  const load = useTags();
  const [adding, setAdding] = useState(false);
  const [failed, setFailed] = useState(false);
  const tags = shownTags(load.data?.items ?? [], conversation.tags);
  const remove = (tag: Tag) => {
    setFailed(false);
    setTag(conversation.id, tag.id, false).catch(() => setFailed(true));
  };
  return (
    <Card name="tags" title={t("tags")}>
      {load.isError && !load.data ? (
        <CardFailure
          what={t("loadFailed")}
          retry={common("common.tryAgain")}
          onRetry={() => void load.refetch()}
        />
      ) : null}
      <div className="flex flex-wrap items-center gap-1">
        {tags.map((tag) => (
          <Chip key={tag.id} tag={tag} onRemove={() => remove(tag)} />
        ))}
        {load.data && tags.length === 0 ? (
          <span className="text-label text-text3">{t("none")}</span>
        ) : null}
        <button
          type="button"
          aria-label={t("add")}
          title={t("add")}
          aria-expanded={adding}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => setAdding(!adding)}
          className={SMALL}
        >
          <Plus size={14} strokeWidth={1.5} aria-hidden="true" />
        </button>
      </div>
      {failed ? (
        <p role="alert" className="text-label text-bad">
          {t("failed")}
        </p>
      ) : null}
      {adding ? (
        <div className="rounded-card border bg-raised">
          <TagPicker conversation={conversation} onClose={() => setAdding(false)} />
        </div>
      ) : null}
    </Card>
  );
}

function Chip({ tag, onRemove }: { tag: Tag; onRemove: () => void }) {
  const { t } = useTranslation("label");
  return (
    <span className="flex min-w-0 items-center rounded-full border bg-surface pl-2 text-label">
      <button
        type="button"
        title={t("only", { name: tag.name })}
        onClick={() => filterByTag(tag.id)}
        className="flex min-h-6 min-w-0 items-center gap-1.5 rounded-input hover:underline max-two:min-h-9"
      >
        <TagDot colour={tag.colour} />
        <span className="truncate">{tag.name}</span>
      </button>
      <button
        type="button"
        aria-label={t("remove", { name: tag.name })}
        onClick={onRemove}
        className={SMALL}
      >
        <X size={12} strokeWidth={1.5} aria-hidden="true" />
      </button>
    </span>
  );
}
