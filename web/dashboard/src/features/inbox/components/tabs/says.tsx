/** What the chat says by itself: greetings, and the buttons of an empty chat. */
import type { MenuAction, WidgetGreeting, WidgetMenuItem } from "@chatdesk/client";
import { Field } from "@/components/ui/field";
import { useTranslation } from "@/lib/i18n";
import { Choice, Lines, LongText, NumberField, Rows, type TabProps } from "./parts";

const TO = ["everyone", "new", "returning"] as const;

export function GreetingsTab({ settings, onWidget, errors }: TabProps) {
  const { t } = useTranslation("widget");
  return (
    <>
      <p className="text-text2">{t("greetingsIntro")}</p>
      <Rows<WidgetGreeting>
        items={settings.widget.greetings}
        onChange={(greetings) => onWidget({ greetings })}
        keyOf={({ id }) => id}
        most={10}
        empty={t("greetingsEmpty")}
        addLabel={t("addGreeting")}
        make={() => ({
          id: Math.random().toString(36).slice(2, 12),
          text: "",
          pages: [],
          after_seconds: 10,
          to: "everyone",
        })}
      >
        {(item, set, at) => (
          <>
            <LongText
              label={t("greetingText")}
              value={item.text}
              most={300}
              error={errors[`widget.greetings.${at}.text`]}
              onChange={(text) => set({ text })}
            />
            <div className="grid grid-cols-2 gap-3">
              <NumberField
                label={t("greetingAfter")}
                value={item.after_seconds}
                most={3_600}
                onChange={(after_seconds) => set({ after_seconds })}
              />
              <Choice
                label={t("greetingTo")}
                value={item.to}
                options={TO.map((to) => [to, t(`to.${to}`)] as const)}
                onChange={(to) => set({ to })}
              />
            </div>
            <Lines
              label={t("greetingPages")}
              hint={t("pagesHint")}
              rows={1}
              lines={item.pages}
              error={errors[`widget.greetings.${at}.pages`]}
              onChange={(pages) => set({ pages })}
            />
          </>
        )}
      </Rows>
    </>
  );
}

const DOES = ["send", "link"] as const;

const changed = (action: MenuAction, value: string): MenuAction =>
  action.type === "send" ? { type: "send", text: value } : { type: "link", url: value };

export function MenuTab({ settings, onWidget, errors }: TabProps) {
  const { t } = useTranslation("widget");
  const { menu, texts } = settings.widget;
  return (
    <>
      <p className="text-text2">{t("menuIntro")}</p>
      <Rows<WidgetMenuItem>
        items={menu}
        onChange={(next) => onWidget({ menu: next })}
        keyOf={(_, at) => String(at)}
        most={8}
        empty={t("menuEmpty")}
        addLabel={t("addButton")}
        make={() => ({ label: "", action: { type: "send", text: "" } })}
      >
        {({ label, action }, set, at) => (
          <>
            <div className="grid grid-cols-2 gap-3">
              <Field
                label={t("buttonLabel")}
                maxLength={60}
                value={label}
                error={errors[`widget.menu.${at}.label`]}
                onChange={(event) => set({ label: event.target.value })}
              />
              <Choice
                label={t("buttonDoes")}
                value={action.type}
                options={DOES.map((does) => [does, t(`does.${does}`)] as const)}
                onChange={(type) =>
                  set({
                    action: type === "send" ? { type, text: label } : { type, url: "https://" },
                  })
                }
              />
            </div>
            <Field
              label={t(action.type === "send" ? "buttonText" : "buttonUrl")}
              maxLength={action.type === "send" ? 500 : 2_000}
              value={action.type === "send" ? action.text : action.url}
              error={
                errors[`widget.menu.${at}.action.text`] ?? errors[`widget.menu.${at}.action.url`]
              }
              onChange={(event) => set({ action: changed(action, event.target.value) })}
            />
          </>
        )}
      </Rows>
      <Field
        label={t("person")}
        hint={t("personHint")}
        maxLength={60}
        value={texts.person}
        error={errors["widget.texts.person"]}
        onChange={(event) => onWidget({ texts: { ...texts, person: event.target.value } })}
      />
    </>
  );
}
