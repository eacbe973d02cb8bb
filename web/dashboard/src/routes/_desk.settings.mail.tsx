import { createFileRoute } from "@tanstack/react-router";
import { MailSettings } from "@/features/mail/components/mail-settings";

export const Route = createFileRoute("/_desk/settings/mail")({ component: MailSettings });
