/** The button of a menu. The menu's own code is fetched when a hand comes near it. */
import { clsx } from "clsx";
import { Ellipsis } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Hint } from "./button";

const load = () => import("./menu");
const Menu = lazy(async () => ({ default: (await load()).Menu }));

const BUTTON =
  "group/hint relative flex size-8 shrink-0 items-center justify-center rounded-button text-text2 " +
  "hover:bg-sunken hover:text-text max-two:size-11";

interface MenuButtonProps {
  label: string;
  /** What the button shows; three dots when nothing is given. */
  shape?: ReactNode;
  /** Called when the menu is opened for the first time. */
  children: (parts: typeof import("./menu")) => ReactNode;
}

export function MenuButton({ label, shape, children }: MenuButtonProps) {
  const [parts, setParts] = useState<typeof import("./menu") | null>(null);
  const open = async () => setParts(await load());
  const face = (
    <>
      {shape ?? <Ellipsis size={16} strokeWidth={1.5} aria-hidden="true" />}
      <Hint label={label} />
    </>
  );
  const plain = (
    <button
      type="button"
      aria-label={label}
      aria-haspopup="menu"
      className={clsx(BUTTON)}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => void open()}
    >
      {face}
    </button>
  );
  if (!parts) return plain;
  return (
    <Suspense fallback={plain}>
      <Menu
        trigger={
          <button type="button" aria-label={label} className={BUTTON}>
            {face}
          </button>
        }
      >
        {children(parts)}
      </Menu>
    </Suspense>
  );
}
