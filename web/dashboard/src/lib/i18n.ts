/**
 * The language of the screens. `translation` is what every screen needs and is built in for English; a namespace beside it
 * (`locales/<language>/<namespace>.json`) belongs to one lazily loaded screen and comes with it.
 */
import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";
import en from "@/locales/en/translation.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    // One line for each file in locales/en.
    resources: { translation: typeof en };
  }
}

const files = import.meta.glob<{ default: Record<string, unknown> }>([
  "../locales/*/*.json",
  "!../locales/en/translation.json",
]);

const lazyFiles: BackendModule = {
  type: "backend",
  init: () => undefined,
  read(language, namespace, done) {
    const load = files[`../locales/${language}/${namespace}.json`];
    if (!load) return done(new Error(`no words for ${namespace} in ${language}`), null);
    load().then(
      (file) => done(null, file.default),
      (error: Error) => done(error, null),
    );
  },
};

void i18next
  .use(lazyFiles)
  .use(initReactI18next)
  .init({
    lng: "en",
    fallbackLng: "en",
    ns: ["translation"],
    partialBundledLanguages: true,
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });

export { i18next };
