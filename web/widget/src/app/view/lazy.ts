/** Parts that come when they are first shown. Nothing stands in their place until then. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** The component that `load` fetches; null while it is on its way. A fetch that failed is tried again when `wanted` anew. */
export function useLazy<P>(
  wanted: boolean,
  load: () => Promise<ComponentType<P>>,
): ComponentType<P> | null {
  const [part, setPart] = useState<{ View: ComponentType<P> } | null>(null);
  useEffect(() => {
    if (!wanted || part) return;
    let gone = false;
    load().then(
      (View) => gone || setPart({ View }),
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [wanted]);
  return wanted ? (part?.View ?? null) : null;
}
