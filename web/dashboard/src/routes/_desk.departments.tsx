import { createFileRoute } from "@tanstack/react-router";
import { Departments } from "@/features/team/components/departments";

export const Route = createFileRoute("/_desk/departments")({ component: Departments });
