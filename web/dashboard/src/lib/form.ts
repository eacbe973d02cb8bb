/** A form's course: busy, refused, and which field the server did not take. */
import { ApiError } from "@chatdesk/client";
import { type FormEvent, useState } from "react";
import { useTranslation } from "@/lib/i18n";

interface FormState {
  readonly busy: boolean;
  /** What to say above the button; null when there is nothing to say. */
  readonly error: string | null;
  readonly fields: Readonly<Record<string, string>>;
}

const FRESH: FormState = { busy: false, error: null, fields: {} };

export function useForm(send: () => Promise<unknown>) {
  const { t } = useTranslation();
  const [state, setState] = useState<FormState>(FRESH);
  const onSubmit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (state.busy) return;
    setState({ ...FRESH, busy: true });
    try {
      await send();
      setState(FRESH);
    } catch (error) {
      setState({ busy: false, ...reasonOf(error, t("common.notDone")) });
    }
  };
  return { ...state, onSubmit: (event?: FormEvent) => void onSubmit(event) };
}

function reasonOf(error: unknown, fallback: string) {
  if (!(error instanceof ApiError)) return { error: fallback, fields: {} };
  const named = error.problem?.errors ?? [];
  const fields = Object.fromEntries(named.map(({ field, message }) => [field, message]));
  return { error: error.detail || error.title, fields };
}
