import { createFileRoute } from "@tanstack/react-router";
import { Home } from "@/features/routing/components/home";

export const Route = createFileRoute("/_desk/home")({ component: Home });
