// The cadre's phone page: drafts kept on this phone, sent exactly once when the network is back, and nothing of others.
// The page works without this file; it only adds what a bad network needs.
(function () {
  "use strict";
  const PERSON = "luodi.cadre";
  const STORE = "drafts";
  const DRAFT_WAIT = 400;
  const HINT_WAIT = 600;
  const HINT_LETTERS = 2;
  const PHOTO_SIDE = 1600;
  const form = document.querySelector("[data-report-form]");
  const home = document.querySelector("[data-cadre-home]");
  const place = form || home;
  if (!place || !window.indexedDB || !window.fetch) return;

  const says = (name) => place.dataset[`says${name}`] || "";
  const stateUrl = place.dataset.state;
  const postUrl = form ? form.getAttribute("action") || window.location.pathname : home.dataset.post;
  const FIELDS = ["name", "investor", "investor_place", "investment_fen", "contact_name", "contact_phone", "content"];

  function remembered() {
    try {
      return localStorage.getItem(PERSON) || "";
    } catch (refused) {
      return "";
    }
  }

  function remember(person) {
    try {
      if (person) localStorage.setItem(PERSON, person);
      else localStorage.removeItem(PERSON);
    } catch (refused) {
      document.documentElement.setAttribute("data-memory", "off");
    }
  }

  // Whose drafts these are: the page says it; the page without a network only remembers who was here last.
  const person = place.dataset.person || remembered();
  if (place.dataset.person) remember(person);

  // The drafts' drawer.
  function opened() {
    return new Promise((resolve, reject) => {
      const asking = indexedDB.open("luodi-cadre", 1);
      asking.onupgradeneeded = () => asking.result.createObjectStore(STORE, { keyPath: "key" });
      asking.onsuccess = () => resolve(asking.result);
      asking.onerror = () => reject(asking.error);
    });
  }

  async function within(mode, work) {
    const db = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const deal = db.transaction(STORE, mode);
        const asked = work(deal.objectStore(STORE));
        deal.oncomplete = () => resolve(asked ? asked.result : undefined);
        deal.onerror = () => reject(deal.error);
        deal.onabort = () => reject(deal.error);
      });
    } finally {
      db.close();
    }
  }

  const put = (draft) => within("readwrite", (store) => store.put(draft));
  const drop = (key) => within("readwrite", (store) => store.delete(key));
  const get = (key) => within("readonly", (store) => store.get(key));
  const mine = async () => (await within("readonly", (store) => store.getAll()))
    .filter((draft) => draft.person === person).sort((one, other) => one.saved - other.saved);
  const clear = () => within("readwrite", (store) => store.clear());

  function newKey() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    const signs = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(signs, (sign) => sign.toString(16).padStart(2, "0")).join("");
  }

  // Sending one draft: first who is signed in and with which token, then the report under its own key.
  // Answers: sent, offline, signed-out, other (somebody else is signed in), asks, wrong, failed.
  async function send(draft) {
    let state;
    try {
      const answer = await fetch(stateUrl, { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store" });
      if (answer.redirected || answer.status === 403 || !/json/.test(answer.headers.get("Content-Type") || "")) return { end: "signed-out" };
      state = await answer.json();
    } catch (refused) {
      return { end: "offline" };
    }
    if (state.person !== draft.person) return { end: "other" };
    const body = new FormData();
    Object.entries(draft.fields).forEach(([name, value]) => body.append(name, value));
    body.set("client_key", draft.key);
    body.set("csrf_token", state.token);
    body.set("device_at", new Date(draft.saved).toISOString());
    if (form) body.set("shown", "next");
    if (draft.photo) body.set("photo", draft.photo, draft.photoName || "photo.jpg");
    try {
      const answer = await fetch(postUrl, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
      const told = /json/.test(answer.headers.get("Content-Type") || "") ? await answer.json() : {};
      if (answer.status === 201) return { end: "sent", told };
      if (answer.status === 409 && told.alike && told.alike.length) return { end: "asks", told };
      if (answer.status === 422 || answer.status === 409 || answer.status === 413) return { end: "wrong", told };
      return { end: "failed" };
    } catch (refused) {
      return { end: "offline" };
    }
  }

  // One at a time, also over several tabs; the server takes a key only once anyway.
  const alone = (work) => (navigator.locks ? navigator.locks.request("luodi-cadre-send", work) : work());

  async function deliver(draft) {
    const answer = await alone(async () => {
      const kept = await get(draft.key);
      return kept ? send(kept) : { end: "sent", told: {} };
    });
    if (answer.end === "sent") await drop(draft.key);
    else if (answer.end === "asks" || answer.end === "wrong") await put({ ...draft, state: "asks", told: answer.told });
    return answer;
  }

  // Signing out leaves nothing behind; unsent reports are asked about first.
  function armLeaving() {
    document.querySelectorAll("form[action$='/logout']").forEach((leaving) => {
      leaving.addEventListener("submit", async (event) => {
        if (leaving.dataset.cleared === "yes") return;
        event.preventDefault();
        const left = await mine();
        if (left.some((draft) => draft.state !== "draft") && !window.confirm(says("Sure"))) return;
        await clear();
        remember("");
        if (window.caches) await caches.delete("luodi-cadre");
        if (navigator.serviceWorker) {
          const workers = await navigator.serviceWorker.getRegistrations();
          await Promise.all(workers.map((worker) => worker.unregister()));
        }
        leaving.dataset.cleared = "yes";
        leaving.submit();
      });
    });
  }

  // --- the form

  function armForm() {
    const key = form.elements.client_key;
    const said = form.querySelector("[data-report-said]");
    const button = form.querySelector("[data-report-send]");
    const another = form.querySelector("[data-another]");
    const alike = form.querySelector("#alike");
    let photo = null;
    let photoName = "";
    let timer = 0;
    let busy = false;
    let touched = false;

    function tell(text, tone) {
      const note = document.createElement("div");
      note.className = `note note-${tone}`;
      note.setAttribute("role", "status");
      const words = document.createElement("div");
      words.className = "note-text";
      [].concat(text).forEach((line) => {
        const one = document.createElement("p");
        one.className = "mb-0";
        one.textContent = line;
        words.append(one);
      });
      note.append(words);
      said.replaceChildren(...(text && text.length ? [note] : []));
    }

    const fields = () => Object.fromEntries([
      ...FIELDS.map((name) => [name, form.elements[name] ? form.elements[name].value : ""]),
      ...(form.elements.another_project && form.elements.another_project.checked ? [["another_project", "y"]] : []),
    ]);
    const draftNow = (state) => ({ key: key.value, person, fields: fields(), photo, photoName, state, saved: Date.now() });

    async function keep() {
      if (busy || !person || !touched) return;
      await put(draftNow("draft"));
    }

    // What is folded away is opened when something stands in it or is wrong with it.
    const more = form.querySelector("[data-report-more]");
    function unfold(always) {
      if (more && (always || Array.from(more.querySelectorAll("input")).some((input) => input.value))) more.open = true;
    }

    function fill(draft) {
      key.value = draft.key;
      FIELDS.forEach((name) => { if (form.elements[name]) form.elements[name].value = draft.fields[name] || ""; });
      photo = draft.photo || null;
      photoName = draft.photoName || "";
      if (photo) look(photo);
      nameOf(photo ? photoName : "");
      unfold(false);
      touched = true;
      if (draft.told && draft.told.errors && draft.told.errors.length) tell(draft.told.errors, "bad");
      if (draft.told && draft.told.alike && draft.told.alike.length) ask(draft.told.alike);
    }

    function ask(rows) {
      const title = document.createElement("p");
      title.className = "note-title mb-1";
      title.textContent = says("Title");
      const list = document.createElement("ul");
      list.className = "plain-list alike";
      rows.forEach((row) => {
        const item = document.createElement("li");
        const number = document.createElement("strong");
        number.textContent = row.number;
        item.append(number, ` · ${row.by} · ${row.unit}${row.ask ? ` · ${row.ask}` : ""} · ${row.protection} `);
        const url = row.url || row.object_url;
        if (url) {
          const link = document.createElement("a");
          link.href = url;
          link.textContent = row.url ? says("Open") : says("Other");
          item.append(link);
        }
        list.append(item);
      });
      const note = document.createElement("div");
      note.className = "note note-warn";
      const words = document.createElement("div");
      words.className = "note-text";
      words.append(title, list);
      note.append(words);
      alike.replaceChildren(note);
      alike.hidden = false;
      another.hidden = false;
    }

    // A photo is made small before it travels; the page may not show it as an address, so it is drawn.
    async function look(blob) {
      const canvas = form.querySelector("[data-photo-seen]");
      if (!window.createImageBitmap || !/^image\//.test(blob.type)) return null;
      try {
        const picture = await createImageBitmap(blob);
        const scale = Math.min(1, PHOTO_SIDE / Math.max(picture.width, picture.height));
        canvas.width = Math.round(picture.width * scale);
        canvas.height = Math.round(picture.height * scale);
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.hidden = false;
        return canvas;
      } catch (unreadable) {
        return null;
      }
    }

    function nameOf(text) {
      const place = form.querySelector("[data-photo-name]");
      if (place) place.textContent = text;
    }

    async function taken(file) {
      photo = file;
      photoName = file.name;
      nameOf(photoName);
      const canvas = await look(file);
      if (canvas && file.size > 400 * 1024) {
        const small = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.82); });
        if (small && small.size < file.size) {
          photo = small;
          photoName = `${file.name.replace(/\.[^.]*$/, "")}.jpg`;
        }
      }
      touched = true;
      await keep();
    }

    let asking = 0;
    let hinted = "";
    async function hint() {
      const url = alike.dataset.alikeUrl;
      if (!url) return;
      const asked = String(new URLSearchParams({ name: form.elements.name.value, investor: form.elements.investor.value }));
      if (asked === hinted) return;
      hinted = asked;
      try {
        const answer = await fetch(`${url}?${asked}`, { credentials: "same-origin" });
        if (!answer.ok || answer.redirected) return;
        const text = await answer.text();
        // A slower answer about what stood there before is no answer any more.
        if (asked !== hinted) return;
        const read = new DOMParser().parseFromString(text, "text/html");
        alike.replaceChildren(...read.body.childNodes);
        another.hidden = !alike.querySelector("[data-alike-list]");
      } catch (refused) {
        another.hidden = true;
      }
    }

    async function submit(event) {
      event.preventDefault();
      if (busy) return;
      if (!form.elements.name.value.trim()) {
        form.elements.name.focus();
        form.elements.name.classList.add("is-invalid");
        form.elements.name.setAttribute("aria-invalid", "true");
        return;
      }
      if (!person) {
        tell(says("Nobody"), "warn");
        return;
      }
      busy = true;
      button.disabled = true;
      window.clearTimeout(timer);
      tell(says("Sending"), "info");
      form.removeAttribute("data-dirty");
      const draft = draftNow("waiting");
      await put(draft);
      const answer = await deliver(draft);
      if (answer.end === "sent") {
        window.location.assign(form.dataset.home);
        return;
      }
      busy = false;
      button.disabled = false;
      if (answer.end === "asks") {
        ask(answer.told.alike);
        tell(says("Alike"), "warn");
        another.querySelector("input").focus();
      } else if (answer.end === "wrong") {
        unfold(true);
        tell(answer.told.errors && answer.told.errors.length ? answer.told.errors : says("Failed"), "bad");
      } else if (answer.end === "offline") tell(says("Kept"), "warn");
      else if (answer.end === "failed") tell(says("Failed"), "warn");
      else tell(says("SignIn"), "warn");
    }

    form.addEventListener("input", (event) => {
      touched = true;
      window.clearTimeout(timer);
      timer = window.setTimeout(keep, DRAFT_WAIT);
      if (!event.target.matches("[data-alike]")) return;
      // Asked while one types, once the fingers rest; leaving the field asks at once.
      window.clearTimeout(asking);
      if (event.target.value.trim().length >= HINT_LETTERS) asking = window.setTimeout(hint, HINT_WAIT);
    });
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-photo]")) {
        if (event.target.files.length) taken(event.target.files[0]);
        return;
      }
      if (event.target.matches("[data-alike]")) hint();
    });
    form.addEventListener("submit", submit);
    window.addEventListener("online", async () => {
      const kept = await get(key.value);
      if (kept && kept.state === "waiting" && !busy) form.requestSubmit(button);
    });

    const asked = new URLSearchParams(window.location.search).get("draft");
    mine().then((drafts) => {
      const wanted = drafts.find((draft) => draft.key === asked) || (form.elements.name.value ? null : drafts.filter((draft) => draft.state === "draft").pop());
      if (wanted) fill(wanted);
      else if (!key.value) key.value = newKey();
    });
    armWorker();
  }

  // The worker that opens this form without a network; browsers allow it only on safe addresses.
  function armWorker() {
    if (!form.dataset.worker || !navigator.serviceWorker || !window.isSecureContext) return;
    navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope }).catch(() => undefined);
  }

  // --- the list of what waits, and sending it

  function armHome() {
    const box = home.querySelector("[data-drafts]");
    const list = home.querySelector("[data-drafts-list]");
    const said = home.querySelector("[data-drafts-said]");
    const states = { waiting: says("Waits"), asks: says("Answer"), draft: says("Unfinished") };

    async function show() {
      const drafts = await mine();
      box.hidden = !drafts.length;
      list.replaceChildren(...drafts.map((draft) => {
        const item = document.createElement("li");
        const name = document.createElement("span");
        name.textContent = `${draft.fields.name || "—"} · ${states[draft.state]}`;
        const open = document.createElement("a");
        open.className = "btn btn-sm";
        open.href = `${postUrl}?draft=${encodeURIComponent(draft.key)}`;
        open.textContent = says("Open");
        const away = document.createElement("button");
        away.type = "button";
        away.className = "btn btn-sm";
        away.textContent = says("Discard");
        away.addEventListener("click", async () => {
          if (!window.confirm(says("Sure"))) return;
          await drop(draft.key);
          await show();
        });
        item.append(name, open, away);
        return item;
      }));
    }

    async function flush() {
      let sent = 0;
      let end = "";
      for (const draft of (await mine()).filter((one) => one.state === "waiting")) {
        const answer = await deliver(draft);
        if (answer.end === "sent") sent += 1;
        else end = answer.end;
        if (end === "offline" || end === "signed-out") break;
      }
      if (end === "offline") said.textContent = says("Kept");
      else if (end === "signed-out") said.textContent = says("SignIn");
      else if (end) said.textContent = says("Failed");
      await show();
      if (sent) window.location.reload();
    }

    home.querySelector("[data-drafts-send]").addEventListener("click", flush);
    window.addEventListener("online", flush);
    show().then(flush);
  }

  armLeaving();
  if (form) armForm();
  if (home) armHome();
})();
