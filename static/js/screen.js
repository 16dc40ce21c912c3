// The meeting room's screen: one matter fills it; arrows, Page keys, space and a tap move on. The address keeps the place.
(function () {
  "use strict";
  const screen = document.querySelector("[data-screen]");
  const slides = Array.from(document.querySelectorAll("[data-slide]"));
  const said = document.querySelector("[data-slide-at]");
  if (!screen || !slides.length) return;
  let at = 0;

  function show(wanted) {
    at = Math.max(0, Math.min(slides.length - 1, wanted));
    slides.forEach((slide, place) => { slide.hidden = place !== at; });
    said.textContent = `${at + 1} / ${slides.length}`;
    history.replaceState(null, "", `#${at + 1}`);
    window.dispatchEvent(new Event("resize"));
  }

  document.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 }[event.key];
    if (event.target.closest("a, button, [data-chart]") && event.key === " ") return;
    if (step) {
      event.preventDefault();
      show(at + step);
    }
    if (event.key === "Home") show(0);
    if (event.key === "End") show(slides.length - 1);
  });
  document.querySelectorAll("[data-slide-step]").forEach((button) => {
    button.addEventListener("click", () => show(at + Number(button.dataset.slideStep)));
  });
  screen.setAttribute("data-ready", "yes");
  show(Number(window.location.hash.slice(1) || 1) - 1);
})();
