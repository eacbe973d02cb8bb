import { createFileRoute } from "@tanstack/react-router";
import { Roles } from "@/features/team/components/roles";

export const Route = createFileRoute("/_desk/roles")({ component: Roles });
