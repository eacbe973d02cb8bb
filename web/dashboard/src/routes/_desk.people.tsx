import { createFileRoute } from "@tanstack/react-router";
import { People } from "@/features/agent/components/people";

export const Route = createFileRoute("/_desk/people")({ component: People });
