import { createFileRoute } from "@tanstack/react-router";
import { AssignmentSettings } from "@/features/routing/components/assignment-settings";

export const Route = createFileRoute("/_desk/settings/assignment")({
  component: AssignmentSettings,
});
