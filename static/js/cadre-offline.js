// Opens the report's form without a network. It keeps one page that has nothing of anybody in it, and its files;
// it answers for the report's page only, and the network always comes first.
(function () {
  "use strict";
  const CACHE = "luodi-cadre";
  const BLANK = new URL("report/blank", self.location.href.replace(/[^/]*$/, "")).pathname;

  async function store() {
    const cache = await caches.open(CACHE);
    const answer = await fetch(BLANK, { credentials: "same-origin", cache: "no-store" });
    if (!answer.ok || answer.redirected) throw new Error("not signed in");
    const text = await answer.clone().text();
    const files = Array.from(text.matchAll(/(?:href|src)="(\/static\/[^"#]+)"/g), (found) => found[1].replace(/&amp;/g, "&"));
    await cache.addAll(Array.from(new Set(files)));
    await cache.put(BLANK, answer);
  }

  self.addEventListener("install", (event) => {
    event.waitUntil(store().then(() => self.skipWaiting()));
  });
  self.addEventListener("activate", (event) => {
    event.waitUntil(self.clients.claim());
  });

  async function networkFirst(request, kept) {
    try {
      return await fetch(request);
    } catch (offline) {
      const cache = await caches.open(CACHE);
      const found = await cache.match(kept, { ignoreVary: true });
      if (found) return found;
      throw offline;
    }
  }

  self.addEventListener("fetch", (event) => {
    const url = new URL(event.request.url);
    if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
    if (event.request.mode === "navigate") event.respondWith(networkFirst(event.request, BLANK));
    else if (url.pathname.startsWith("/static/")) event.respondWith(networkFirst(event.request, event.request));
  });
})();
