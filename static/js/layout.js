// The order of a layout's columns: ticked ones appear in a list and move up and down. Without JavaScript the ticks alone count.
(() => {
  "use strict";
  const list = document.querySelector("[data-layout-order]");
  if (!list) return;
  const boxes = [...document.querySelectorAll('[data-layout] input[name="column"]')];
  const words = { up: list.dataset.up, down: list.dataset.down, off: list.dataset.off };
  const button = (sign, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => { act(); made.focus(); });
    return made;
  };
  const dress = (item) => {
    const name = item.querySelector("span").textContent;
    const move = (back) => () => {
      const other = back ? item.previousElementSibling : item.nextElementSibling;
      if (other) list.insertBefore(back ? item : other, back ? other : item);
    };
    const off = () => {
      const box = boxes.find((one) => one.value === item.querySelector("input").value);
      if (box) box.checked = false;
      item.remove();
    };
    item.append(button("↑", `${words.up} ${name}`, move(true)), button("↓", `${words.down} ${name}`, move(false)),
      button("×", `${words.off} ${name}`, off));
  };
  [...list.children].forEach(dress);
  boxes.forEach((box) => box.addEventListener("change", () => {
    const there = [...list.children].find((item) => item.querySelector("input").value === box.value);
    if (!box.checked && there) there.remove();
    if (box.checked && !there) {
      const item = document.createElement("li");
      const key = document.createElement("input");
      const text = document.createElement("span");
      key.type = "hidden"; key.name = "order"; key.value = box.value;
      text.textContent = box.dataset.words;
      item.append(key, text);
      list.append(item);
      dress(item);
    }
  }));
})();
