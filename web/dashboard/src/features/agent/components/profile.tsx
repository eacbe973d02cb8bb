/** One's own name, theme, sound, password and sessions. */
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { InlineError } from "@/components/ui/notice";
import { signOut } from "@/features/session/api";
import { PasswordField } from "@/features/session/components/password-field";
import { LEAST_LENGTH } from "@/features/session/strength";
import { Card } from "@/features/shell/components/page";
import { StatusSwitch } from "@/features/team/components/status-switch";
import { chooseDensity, DENSITIES, useDensity } from "@/features/theme/density";
import { type Theme, useTheme } from "@/features/theme/theme";
import { useForm } from "@/lib/form";
import { useTranslation } from "@/lib/i18n";
import { desk } from "@/live/desk";
import { useMe } from "@/live/use";
import { changePassword, signOutEverywhere, updateAgent } from "../api";

export function Profile() {
  return (
    <>
      <StatusCard />
      <NameCard />
      <CustomerCard />
      <ThemeCard />
      <DensityCard />
      <PasswordCard />
      <SessionCard />
    </>
  );
}

/** Says for a moment that it was done. */
function Done({ shown, children }: { shown: boolean; children: ReactNode }) {
  return (
    <span role="status" className="text-ok">
      {shown ? children : null}
    </span>
  );
}

function StatusCard() {
  const { t } = useTranslation("team");
  return (
    <Card title={t("status.label")}>
      <StatusSwitch />
    </Card>
  );
}

/** What customers see of one, and which languages one speaks. */
function CustomerCard() {
  const { t } = useTranslation("profile");
  const { t: shared } = useTranslation();
  const me = useMe();
  const [shown, setShown] = useState(me?.display_name ?? "");
  const [signature, setSignature] = useState(me?.signature ?? "");
  const [languages, setLanguages] = useState(me?.languages.join(", ") ?? "");
  const [saved, setSaved] = useState(false);
  const form = useForm(async () => {
    await updateAgent(desk.me, {
      display_name: shown.trim() || null,
      signature: signature.trim(),
      languages: languages.split(/[\s,;]+/).filter((each) => each !== ""),
    });
    setSaved(true);
  });
  const change = (set: (value: string) => void) => (value: string) => {
    setSaved(false);
    set(value);
  };
  return (
    <Card title={t("customers")} intro={t("limit", { count: me?.chat_limit })}>
      <form onSubmit={form.onSubmit} className="flex max-w-96 flex-col gap-4">
        <Field
          label={t("displayName")}
          hint={t("displayNameHint")}
          maxLength={80}
          value={shown}
          error={form.fields.display_name}
          onChange={(event) => change(setShown)(event.target.value)}
        />
        <Field
          label={t("signature")}
          maxLength={200}
          value={signature}
          error={form.fields.signature}
          onChange={(event) => change(setSignature)(event.target.value)}
        />
        <Field
          label={t("languages")}
          hint={t("languagesHint")}
          value={languages}
          error={form.fields.languages}
          onChange={(event) => change(setLanguages)(event.target.value)}
        />
        {form.error ? <InlineError>{form.error}</InlineError> : null}
        <div className="flex items-center gap-3">
          <Button type="submit" disabled={form.busy}>
            {t("save")}
          </Button>
          <Done shown={saved}>{shared("common.saved")}</Done>
        </div>
      </form>
    </Card>
  );
}

function NameCard() {
  const { t } = useTranslation();
  const me = useMe();
  const [name, setName] = useState(me?.name ?? "");
  const [saved, setSaved] = useState(false);
  const form = useForm(async () => {
    await updateAgent(desk.me, { name: name.trim() });
    setSaved(true);
  });
  return (
    <Card title={t("profile.you")}>
      <form onSubmit={form.onSubmit} className="flex max-w-96 flex-col gap-4">
        <Field
          label={t("account.name")}
          hint={t("account.nameHint")}
          required
          maxLength={80}
          value={name}
          error={form.fields.name}
          onChange={(event) => {
            setSaved(false);
            setName(event.target.value);
          }}
        />
        <p className="text-text2">{me?.email}</p>
        {form.error ? <InlineError>{form.error}</InlineError> : null}
        <div className="flex items-center gap-3">
          <Button type="submit" disabled={form.busy || name.trim() === me?.name}>
            {t("profile.saveName")}
          </Button>
          <Done shown={saved}>{t("common.saved")}</Done>
        </div>
      </form>
    </Card>
  );
}

const THEMES: readonly Theme[] = ["system", "light", "dark"];

function ThemeCard() {
  const { t } = useTranslation();
  const [theme, choose] = useTheme();
  return (
    <Card title={t("profile.theme")}>
      <fieldset className="flex flex-wrap gap-6">
        <legend className="sr-only">{t("profile.theme")}</legend>
        {THEMES.map((each) => (
          <label key={each} className="flex h-8 items-center gap-2">
            <input
              type="radio"
              name="theme"
              checked={theme === each}
              onChange={() => choose(each)}
              className="size-4 accent-accent"
            />
            {t(`profile.themes.${each}`)}
          </label>
        ))}
      </fieldset>
    </Card>
  );
}

function DensityCard() {
  const { t } = useTranslation("profile");
  const density = useDensity();
  return (
    <Card title={t("density.title")} intro={t("density.intro")}>
      <fieldset className="flex flex-wrap gap-6">
        <legend className="sr-only">{t("density.title")}</legend>
        {DENSITIES.map((each) => (
          <label key={each} className="flex h-8 items-center gap-2">
            <input
              type="radio"
              name="density"
              checked={density === each}
              onChange={() => chooseDensity(each)}
              className="size-4 accent-accent"
            />
            {t(`density.${each}`)}
          </label>
        ))}
      </fieldset>
    </Card>
  );
}

function PasswordCard() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [saved, setSaved] = useState(false);
  const form = useForm(async () => {
    await changePassword(current, password);
    setCurrent("");
    setPassword("");
    setSaved(true);
  });
  return (
    <Card title={t("profile.password")} intro={t("profile.passwordIntro")}>
      <form onSubmit={form.onSubmit} className="flex max-w-96 flex-col gap-4">
        <PasswordField
          label={t("profile.currentPassword")}
          required
          value={current}
          error={form.fields.current}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <PasswordField
          label={t("profile.newPassword")}
          fresh
          required
          minLength={LEAST_LENGTH}
          value={password}
          error={form.fields.password}
          onChange={(event) => {
            setSaved(false);
            setPassword(event.target.value);
          }}
        />
        {form.error ? <InlineError>{form.error}</InlineError> : null}
        <div className="flex items-center gap-3">
          <Button type="submit" disabled={form.busy || current === "" || password === ""}>
            {t("profile.changePassword")}
          </Button>
          <Done shown={saved}>{t("profile.passwordChanged")}</Done>
        </div>
      </form>
    </Card>
  );
}

function SessionCard() {
  const { t } = useTranslation();
  const out = useForm(signOut);
  const everywhere = useForm(async () => {
    await signOutEverywhere(desk.me);
  });
  const error = out.error ?? everywhere.error;
  return (
    <Card title={t("profile.session")} intro={t("profile.sessionIntro")}>
      {error ? <InlineError>{error}</InlineError> : null}
      <div className="flex flex-wrap gap-2">
        <Button disabled={out.busy} onClick={() => out.onSubmit()}>
          {t("profile.signOut")}
        </Button>
        <Button look="danger" disabled={everywhere.busy} onClick={() => everywhere.onSubmit()}>
          {t("profile.signOutEverywhere")}
        </Button>
      </div>
    </Card>
  );
}
