import { createFileRoute } from "@tanstack/react-router";
import { Profile } from "@/features/agent/components/profile";

export const Route = createFileRoute("/_desk/settings/profile")({ component: Profile });
