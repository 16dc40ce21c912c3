// Ticking rows of the list: the head's box ticks the page, shift ticks a run, the bar counts.
(() => {
  "use strict";
  const form = document.getElementById("pick");
  if (!form) return;
  const boxes = () => [...document.querySelectorAll(".tick")];
  const all = document.querySelector(".pick-all");
  const count = form.querySelector(".pick-count");
  let last = null;

  function tell() {
    const ticked = boxes().filter((box) => box.checked).length;
    count.textContent = count.dataset.text.replace("{n}", ticked);
    if (!all) return;
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes()) box.checked = all.checked;
      tell();
    });
  }
  document.addEventListener("click", (event) => {
    const box = event.target.closest ? event.target.closest(".tick") : null;
    if (!box) return;
    const row = boxes();
    if (event.shiftKey && last && row.includes(last)) {
      const [from, to] = [row.indexOf(last), row.indexOf(box)].sort((a, b) => a - b);
      for (const between of row.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    tell();
  });
  form.addEventListener("reset", () => setTimeout(tell, 0));
  tell();
})();
