/** Colours, side, spacing, corner, icon and typeface. */
import type { Look } from "@chatdesk/client";
import { useTranslation } from "@/lib/i18n";
import { LookEditor } from "../look-editor";
import { Choice, NumberField, type TabProps } from "./parts";

const ICONS = ["chat", "question", "wave"] as const;
const FONTS = ["system", "site"] as const;

export function LookTab({ settings, onChange, errors }: TabProps) {
  const { t } = useTranslation("widget");
  const { look } = settings;
  const setLook = (change: Partial<Look>) => onChange({ look: { ...look, ...change } });
  const number = (name: "space_side" | "space_bottom" | "corner" | "z_index", most: number) => ({
    value: look[name],
    most,
    error: errors[`look.${name}`],
    onChange: (value: number) => setLook({ [name]: value }),
  });
  return (
    <>
      <LookEditor draft={settings} onChange={onChange} errors={errors} />
      <div className="grid grid-cols-2 gap-4">
        <Choice
          label={t("icon")}
          value={look.icon}
          options={ICONS.map((icon) => [icon, t(`icons.${icon}`)] as const)}
          onChange={(icon) => setLook({ icon })}
        />
        <Choice
          label={t("font")}
          value={look.font}
          options={FONTS.map((font) => [font, t(`fonts.${font}`)] as const)}
          onChange={(font) => setLook({ font })}
        />
        <NumberField label={t("spaceSide")} hint={t("pixels")} {...number("space_side", 200)} />
        <NumberField label={t("spaceBottom")} hint={t("pixels")} {...number("space_bottom", 200)} />
        <NumberField label={t("corner")} hint={t("pixels")} {...number("corner", 32)} />
        <NumberField
          label={t("zIndex")}
          hint={t("zIndexHint")}
          {...number("z_index", 2_147_483_647)}
        />
      </div>
    </>
  );
}
