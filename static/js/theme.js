// Sets theme and density on <html> before the first paint, so that a dark page never flashes white.
(function () {
  "use strict";
  var root = document.documentElement;
  var wanted = null;
  var dense = null;
  try {
    wanted = localStorage.getItem("luodi.theme");
    dense = localStorage.getItem("luodi.dense");
  } catch (refused) {
    wanted = null;
  }
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function paint(choice) {
    var theme = choice === "dark" || choice === "light" ? choice : dark.matches ? "dark" : "light";
    root.setAttribute("data-bs-theme", theme);
    root.setAttribute("data-theme-choice", choice === "dark" || choice === "light" ? choice : "auto");
  }
  paint(wanted);
  root.setAttribute("data-js", "on");
  if (dense === "compact") {
    root.setAttribute("data-density", "compact");
  }
  dark.addEventListener("change", function () {
    paint(root.getAttribute("data-theme-choice"));
  });
  window.luodiPaint = paint;
})();
