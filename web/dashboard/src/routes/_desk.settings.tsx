import { createFileRoute } from "@tanstack/react-router";
import { SettingsFrame } from "@/features/shell/components/settings-frame";

export const Route = createFileRoute("/_desk/settings")({ component: SettingsFrame });
