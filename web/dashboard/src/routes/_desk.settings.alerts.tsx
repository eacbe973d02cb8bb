import { createFileRoute } from "@tanstack/react-router";
import { AlertSettings } from "@/features/alert/components/alert-settings";

export const Route = createFileRoute("/_desk/settings/alerts")({ component: AlertSettings });
