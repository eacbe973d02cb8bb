// Runs before the first paint: sets the theme this person chose on this browser.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    let choice = "system";
    try {
      choice = localStorage.getItem("chatdesk.theme") || "system";
    } catch {
      // Storage may be refused; the system's theme then stands.
    }
    const theme =
      choice === "light" || choice === "dark" ? choice : dark.matches ? "dark" : "light";
    document.documentElement.dataset.theme = theme;
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("chatdesk:theme", apply);
})();
