import { createFileRoute } from "@tanstack/react-router";
import { KeyboardSettings } from "@/features/shortcut/components/keyboard-settings";

export const Route = createFileRoute("/_desk/settings/keyboard")({ component: KeyboardSettings });
