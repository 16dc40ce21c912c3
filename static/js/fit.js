/* Choosing an industry from the list below its field: the code goes into the field, the list closes. */
"use strict";
document.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-pick]");
  if (!chosen) return;
  const field = document.querySelector(`[name="${chosen.dataset.pick}"]`);
  if (!field) return;
  field.value = chosen.dataset.value;
  const list = chosen.closest(".pick-list");
  const said = document.createElement("p");
  said.className = "form-hint";
  said.textContent = chosen.textContent;
  list.replaceWith(said);
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
});
