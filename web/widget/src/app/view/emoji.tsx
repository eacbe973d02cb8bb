/** A small set of emoji, walked with the arrow keys. Each is its own name: every reader says it in its own language. */
import { useEffect, useRef } from "preact/hooks";
import { t } from "../t.ts";

const GROUPS = [
  "😀 😃 😄 😁 😅 😂 🤣 🙂 😉 😊 😇 🥰 😍 😘 😋 😜 🤔 🤨 😐 😏 🙄 😬 😌 😔 😴 😷 🤒 🥳 😎 🤓 😕 😟 🙁 😮 😳 🥺 😢 😭 😱 😞 😩 😤 😠 🤯",
  "👍 👎 👌 ✌️ 🤞 🤝 👏 🙌 🙏 💪 👋 ✋ 👉 👈 👆 👇 ☝️ ✍️ 🤷 🤦 🙋",
  "❤️ 🧡 💛 💚 💙 💜 🖤 💔 💯 ✅ ❌ ❓ ❗ ⚠️ ⭐ ✨ 🔥 🎉 🎁 🎂 💡 ⏰ 📌 📎 🔒 🔑 💬 📷 📦 🚚 🛒 💳 💶 🧾 📧 📞 💻 📱 🖨️ 🔧",
  "🐶 🐱 🐻 🦊 🐼 🌱 🌻 🌹 ☀️ 🌙 🌧️ ❄️ 🌈 🍀 ☕ 🍕 🍎 🍰 🍺 🍷 🚗 ✈️ 🏠 🌍",
].map((group) => group.split(" "));

/** As many stand in a row. */
const ROW = 8;

interface Props {
  onPick: (emoji: string) => void;
  onClose: () => void;
}

export function EmojiPicker({ onPick, onClose }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector("button")?.focus();
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      onClose();
      return;
    }
    const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
    const steps: Record<string, number> = {
      ArrowRight: rtl,
      ArrowLeft: -rtl,
      ArrowDown: ROW,
      ArrowUp: -ROW,
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...(box.current?.querySelectorAll("button") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
  };
  return (
    <div class="emoji" role="dialog" aria-label={t("emoji")} ref={box} onKeyDown={keys}>
      {GROUPS.flat().map((emoji, at) => (
        <button
          key={emoji}
          type="button"
          tabIndex={at === 0 ? 0 : -1}
          onClick={() => onPick(emoji)}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}
