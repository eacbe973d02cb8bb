import { createFileRoute } from "@tanstack/react-router";
import { TagSettings } from "@/features/tag/components/tag-settings";

export const Route = createFileRoute("/_desk/settings/tags")({ component: TagSettings });
