// Runs before the first paint, so that nobody is shown the wrong colours first.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("unmask-theme"); } catch { /* storage is off: the system decides */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
