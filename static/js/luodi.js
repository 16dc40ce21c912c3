// Everything the pages do by themselves. Pages work without it; it only makes them quicker to use.
(function () {
  "use strict";
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  function remember(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch (refused) {
      root.setAttribute("data-memory", "off");
    }
  }

  function recall(key) {
    try {
      return localStorage.getItem(key);
    } catch (refused) {
      return null;
    }
  }

  // Theme and density.
  function showChoices() {
    const theme = root.getAttribute("data-theme-choice") || "auto";
    all("[data-theme-set]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme));
    });
    const compact = root.getAttribute("data-density") === "compact";
    all("[data-density-toggle]").forEach((button) => button.setAttribute("aria-pressed", String(compact)));
  }

  function setTheme(choice) {
    remember("luodi.theme", choice === "auto" ? null : choice);
    if (window.luodiPaint) window.luodiPaint(choice);
    showChoices();
  }

  function toggleDensity() {
    const compact = root.getAttribute("data-density") !== "compact";
    if (compact) root.setAttribute("data-density", "compact");
    else root.removeAttribute("data-density");
    remember("luodi.dense", compact ? "compact" : null);
    showChoices();
  }

  // Menus are <details>; they close on Escape, on a click outside and when focus leaves.
  function closeMenus(except) {
    all("details.menu[open]").forEach((menu) => {
      if (menu !== except && !menu.contains(except)) menu.open = false;
    });
  }

  function escape() {
    const open = document.activeElement && document.activeElement.closest("details.menu[open]");
    closeMenus(null);
    if (open) open.querySelector("summary").focus();
    all(".term:hover, .term:focus").forEach((term) => {
      term.classList.add("term-shut");
      term.addEventListener("mouseleave", () => term.classList.remove("term-shut"), { once: true });
      term.addEventListener("blur", () => term.classList.remove("term-shut"), { once: true });
    });
  }

  // Notes that only say "done" leave by themselves; the pointer or focus on them stops the clock.
  function armNote(note) {
    let timer = null;
    const start = () => { timer = window.setTimeout(() => note.remove(), 9000); };
    const stop = () => window.clearTimeout(timer);
    ["mouseenter", "focusin"].forEach((name) => note.addEventListener(name, stop));
    ["mouseleave", "focusout"].forEach((name) => note.addEventListener(name, start));
    start();
  }

  // A form that was changed asks before it is left.
  let dirty = null;
  function armForm(form) {
    form.addEventListener("input", () => { dirty = form; form.setAttribute("data-dirty", "yes"); });
    form.addEventListener("submit", () => { dirty = null; });
  }

  // data-confirm="question" on a button or form asks in a <dialog> first.
  function ask(question, verb, done) {
    const dialog = document.getElementById("ask");
    if (!dialog || !dialog.showModal) {
      if (window.confirm(question)) done();
      return;
    }
    dialog.querySelector("[data-ask-text]").textContent = question;
    dialog.querySelector("[data-ask-yes]").textContent = verb;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => { if (dialog.returnValue === "yes") done(); }, { once: true });
    dialog.showModal();
  }

  function confirmClick(event, button) {
    if (button.dataset.confirmed === "yes") {
      delete button.dataset.confirmed;
      return;
    }
    event.preventDefault();
    ask(button.dataset.confirm, button.dataset.confirmVerb || button.textContent.trim(), () => {
      button.dataset.confirmed = "yes";
      button.click();
    });
  }

  // Copy buttons say that they did it, also to screen readers.
  function copy(button) {
    const source = button.dataset.copy ? document.getElementById(button.dataset.copy) : null;
    const text = source ? (source.value === undefined ? source.textContent : source.value) : button.dataset.copyText;
    const done = () => {
      const said = button.querySelector("[data-copy-label]");
      if (said && button.dataset.copyDone) said.textContent = button.dataset.copyDone;
    };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text.trim()).then(done, () => undefined);
      return;
    }
    const field = document.createElement("textarea");
    field.value = text.trim();
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    if (document.execCommand("copy")) done();
    field.remove();
    button.focus();
  }

  // A file area shows the names it was given and takes files dropped on it.
  function armDrop(area) {
    const input = area.querySelector("input[type=file]");
    const names = area.querySelector("[data-drop-names]");
    if (!input) return;
    const show = () => {
      if (!names) return;
      names.replaceChildren(...Array.from(input.files).map((file) => {
        const item = document.createElement("li");
        item.textContent = `${file.name} · ${(file.size / 1024 / 1024).toFixed(2)} MB`;
        return item;
      }));
    };
    input.addEventListener("change", show);
    ["dragenter", "dragover"].forEach((name) => area.addEventListener(name, (event) => {
      event.preventDefault();
      area.classList.add("drop-over");
    }));
    ["dragleave", "drop"].forEach((name) => area.addEventListener(name, () => area.classList.remove("drop-over")));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // Which columns a table shows is remembered on this computer.
  function armColumns(chooser) {
    const table = document.getElementById(chooser.dataset.columnsFor);
    const key = `luodi.columns.${chooser.dataset.columnsFor}`;
    if (!table) return;
    const boxes = all("input[type=checkbox]", chooser);
    const apply = () => {
      const hidden = boxes.filter((box) => !box.checked).map((box) => box.value).join(" ");
      table.setAttribute("data-hidden", hidden);
      return hidden;
    };
    const before = recall(key);
    if (before !== null) boxes.forEach((box) => { box.checked = !before.split(" ").includes(box.value); });
    apply();
    chooser.addEventListener("change", () => remember(key, apply()));
  }

  // On a phone a list's rows are cards: each cell takes its label from the head of its column.
  function armList(table) {
    const narrow = window.matchMedia("(max-width: 767.98px)");
    const label = () => {
      if (!narrow.matches || table.hasAttribute("data-labelled")) return;
      const heads = all("thead th", table).map((head) => head.textContent.trim());
      all("tbody tr", table).forEach((row) => Array.from(row.cells).forEach((cell, at) => {
        if (at > 0 && !cell.hasAttribute("data-label")) cell.setAttribute("data-label", heads[at]);
      }));
      table.setAttribute("data-labelled", "");
    };
    narrow.addEventListener("change", label);
    label();
  }

  // The tab of the section that is being read is marked while scrolling.
  function armTabs(tabs) {
    const links = all("a[href^='#']", tabs);
    const sections = links.map((link) => document.getElementById(link.hash.slice(1))).filter(Boolean);
    if (!sections.length || !window.IntersectionObserver) return;
    const seen = new Set();
    const watcher = new IntersectionObserver((entries) => {
      entries.forEach((entry) => (entry.isIntersecting ? seen.add(entry.target) : seen.delete(entry.target)));
      const first = sections.find((section) => seen.has(section));
      if (!first) return;
      links.forEach((link) => {
        if (link.hash === `#${first.id}`) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    }, { rootMargin: "-140px 0px -55% 0px" });
    sections.forEach((section) => watcher.observe(section));
  }

  // Keys: / to search; data-key="j" on a link or button makes it answer to that key.
  function onKey(event) {
    if (event.key === "Escape") escape();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (wanted) {
      event.preventDefault();
      if (wanted.matches("input, textarea, select")) wanted.focus();
      else wanted.click();
    }
  }

  function onClick(event) {
    closeMenus(event.target.closest("details.menu"));
    const hit = (selector) => event.target.closest(selector);
    const confirming = hit("[data-confirm]");
    if (confirming) confirmClick(event, confirming);
    if (hit("[data-theme-set]")) setTheme(hit("[data-theme-set]").dataset.themeSet);
    if (hit("[data-density-toggle]")) toggleDensity();
    if (hit("[data-close-note]")) hit(".note").remove();
    if (hit("[data-copy], [data-copy-text]")) copy(hit("[data-copy], [data-copy-text]"));
    if (hit("[data-print]")) window.print();
    if (hit("[data-reveal]")) reveal(hit("[data-reveal]"));
    const looked = hit("a[data-look]");
    if (looked && !event.ctrlKey && !event.metaKey && !event.shiftKey && lookAt(looked)) event.preventDefault();
  }

  // data-look on a paper's link opens it large in this page, its facts beside it; without a script it is a plain link.
  function lookAt(link) {
    const dialog = document.createElement("dialog");
    if (!dialog.showModal) return false;
    const [close, apart] = (link.closest("[data-look-words]")?.dataset.lookWords || "×|↗").split("|");
    const leg = link.closest(".leg");
    dialog.className = "look";
    dialog.setAttribute("aria-label", link.textContent.trim());
    const head = document.createElement("div");
    head.className = "look-head";
    const title = document.createElement("h2");
    title.textContent = link.textContent.trim();
    const own = document.createElement("a");
    own.className = "btn btn-sm";
    own.href = link.href;
    own.target = "_blank";
    own.rel = "noopener";
    own.textContent = apart;
    const shut = document.createElement("button");
    shut.type = "button";
    shut.className = "btn btn-sm btn-primary";
    shut.textContent = close;
    shut.addEventListener("click", () => dialog.close());
    head.append(title, own, shut);
    const body = document.createElement("div");
    body.className = "look-body";
    const paper = document.createElement(link.dataset.look === "picture" ? "img" : "iframe");
    if (paper.tagName === "IMG") paper.alt = title.textContent;
    else paper.title = title.textContent;
    paper.src = link.dataset.look === "picture" ? link.href : `${link.href}#navpanes=0&view=FitH`;
    body.append(paper);
    if (leg) {
      const facts = document.createElement("div");
      facts.className = "look-facts";
      all("h3, dl, .small", leg).forEach((part) => { if (!part.closest("details")) facts.append(part.cloneNode(true)); });
      body.append(facts);
    }
    dialog.append(head, body);
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    document.body.append(dialog);
    dialog.showModal();
    return true;
  }

  function reveal(button) {
    const field = document.getElementById(button.dataset.reveal);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  }

  // Work that takes longer than two seconds says so, and cannot be sent twice.
  function armBusy(form) {
    form.addEventListener("submit", () => {
      const said = form.querySelector("[data-busy-words]");
      said.hidden = false;
      // Not disabled at once: a disabled button would not be sent with its name.
      setTimeout(() => all("button", form).forEach((button) => { button.disabled = true; }), 0);
    });
  }

  function arm(within) {
    all("form[data-busy]", within).forEach(armBusy);
    all("[data-passing]", within).forEach(armNote);
    all("form[data-guard]", within).forEach(armForm);
    all("[data-drop]", within).forEach(armDrop);
    all("[data-columns-for]", within).forEach(armColumns);
    all("[data-tabs]", within).forEach(armTabs);
    all("table.list", within).forEach(armList);
  }

  // A part that comes after the page must not push away the place that the address named, until the reader moves on.
  let moved = false;
  ["wheel", "touchmove", "keydown", "pointerdown"].forEach((name) => {
    window.addEventListener(name, () => { moved = true; }, { passive: true });
  });
  function keepNamedPlace() {
    const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (named && !moved) named.scrollIntoView();
  }
  window.addEventListener("hashchange", () => { moved = false; });

  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:load", (event) => {
    if (event.target === document.body) return;
    arm(event.target);
    keepNamedPlace();
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  showChoices();
  arm(document);
})();
