/** Which tag a list is filtered by, to be changed for another. */
import { useTranslation } from "@/lib/i18n";
import { useTags } from "../api";
import { filterByTag } from "../filter";
import { TagDot } from "./tag-dot";

export function TagChoice({ tag }: { tag: string }) {
  const { t } = useTranslation("label");
  const all = useTags().data?.items ?? [];
  const chosen = all.find((each) => each.id === tag);
  return (
    <label className="flex min-w-0 flex-1 items-center gap-2 text-label text-text2">
      {chosen ? <TagDot colour={chosen.colour} /> : null}
      <span className="sr-only">{t("filter")}</span>
      <select
        value={chosen ? tag : ""}
        onChange={(event) => filterByTag(event.target.value)}
        className="h-8 min-w-0 flex-1 truncate rounded-input bg-sunken font-medium text-text max-two:h-11"
      >
        {chosen ? null : <option value="">{t("choose")}</option>}
        {all.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </select>
    </label>
  );
}
