import { createFileRoute } from "@tanstack/react-router";
import { Monitoring } from "@/features/routing/components/monitoring";

export const Route = createFileRoute("/_desk/monitoring")({ component: Monitoring });
