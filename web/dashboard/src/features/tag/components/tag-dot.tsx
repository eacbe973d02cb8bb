/** A tag's colour. The name always stands beside it. */
import type { TagColour } from "@chatdesk/client";
import { clsx } from "clsx";

const COLOURS: Record<TagColour, string> = {
  grey: "bg-tag-grey",
  red: "bg-tag-red",
  orange: "bg-tag-orange",
  yellow: "bg-tag-yellow",
  green: "bg-tag-green",
  teal: "bg-tag-teal",
  blue: "bg-tag-blue",
  violet: "bg-tag-violet",
  pink: "bg-tag-pink",
};

export const TAG_COLOURS = Object.keys(COLOURS) as TagColour[];

export function TagDot({ colour }: { colour: TagColour }) {
  return (
    <span
      aria-hidden="true"
      className={clsx("forced-edge size-2 shrink-0 rounded-full", COLOURS[colour])}
    />
  );
}
