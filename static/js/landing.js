// Evidence is seen before it is sent: a picture is drawn, a PDF opens in the browser's own reader. Works without it too.
(function () {
  "use strict";
  const MOST = 20 * 1024 * 1024;
  const WIDEST = 900;
  const PICTURES = ["image/jpeg", "image/png"];
  let address = null;

  function say(box, words, wrong) {
    const line = document.createElement("p");
    line.className = wrong ? "preview-wrong mb-0" : "quiet small mb-0";
    line.textContent = words;
    box.append(line);
  }

  function forget(box) {
    if (address) URL.revokeObjectURL(address);
    address = null;
    box.replaceChildren();
  }

  function named(box, file) {
    say(box, `${file.name} · ${(file.size / 1024 / 1024).toFixed(2)} MB`, false);
  }

  function draw(box, file) {
    createImageBitmap(file).then((picture) => {
      const scale = Math.min(1, WIDEST / picture.width);
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", file.name);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      box.append(canvas);
      say(box, box.dataset.wordsLook, false);
    }).catch(() => say(box, box.dataset.wordsKind, true));
  }

  function open(box, file) {
    address = URL.createObjectURL(new Blob([file], { type: "application/pdf" }));
    const frame = document.createElement("iframe");
    frame.title = file.name;
    frame.src = `${address}#navpanes=0&view=FitH`;
    box.append(frame);
    say(box, box.dataset.wordsLook, false);
  }

  function show(box, file) {
    forget(box);
    if (!file) return;
    named(box, file);
    if (file.size > MOST) say(box, box.dataset.wordsLarge, true);
    else if (PICTURES.includes(file.type)) draw(box, file);
    else if (file.type === "application/pdf") open(box, file);
    else say(box, box.dataset.wordsKind, true);
  }

  document.querySelectorAll("form[data-hand-in]").forEach((form) => {
    const box = form.querySelector("[data-preview]");
    const inputs = Array.from(form.querySelectorAll("input[data-paper]"));
    inputs.forEach((input) => input.addEventListener("change", () => {
      // One paper is handed in: what was chosen last takes the other's place.
      if (input.files.length) inputs.filter((other) => other !== input).forEach((other) => { other.value = ""; });
      show(box, input.files[0] || null);
    }));
  });
})();
