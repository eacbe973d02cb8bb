import { createFileRoute } from "@tanstack/react-router";
import { CannedSettings } from "@/features/canned/components/canned-settings";

export const Route = createFileRoute("/_desk/settings/canned")({ component: CannedSettings });
