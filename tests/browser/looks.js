// What a machine can see of a page that looks cheap: said as lines, none where all is well. `known` holds the sentences
// of the other language, which have no business on this page.
(known) => {
  const lines = [];
  const foreign = new Set(known);
  const main = document.querySelector("main") || document.body;
  const seen = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
      !node.closest(".visually-hidden, .skip");
  };
  const named = (node) => {
    const words = (node.innerText || node.value || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `${node.tagName.toLowerCase()}.${Array.from(node.classList).join(".")} “${words}”`;
  };

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) lines.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);

  for (const node of main.querySelectorAll("*")) {
    const style = getComputedStyle(node);
    const wider = node.scrollWidth - node.clientWidth;
    if (wider <= 2 || style.display === "inline" || !seen(node)) continue;
    // Heat tables and previews of sheets are read across; chips and tabs are a strip that a thumb moves.
    const across = node.matches(".chips, .tabs") || node.querySelector(":scope > .heat, :scope > .layout-preview");
    if (/auto|scroll/.test(style.overflowX) && !across) lines.push(`scrolls sideways by ${wider} px: ${named(node)}`);
    if (/hidden|clip/.test(style.overflowX) && node.innerText?.trim() && !node.title) lines.push(`cut off: ${named(node)}`);
  }

  for (const node of document.querySelectorAll("a[href], button, select, textarea, summary, input:not([type=hidden])")) {
    if (!seen(node) || getComputedStyle(node).display === "inline") continue;
    const box = (node.closest("label") || node).getBoundingClientRect();
    const beside = node.id && document.querySelector(`label[for="${CSS.escape(node.id)}"]`);
    const room = beside && node.type !== "text" ? Math.max(box.height, beside.getBoundingClientRect().height) : box.height;
    if (room < 23.5 || (box.width < 23.5 && !beside)) lines.push(`a small target: ${named(node)}`);
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const around = node.parentElement;
    if (!text || around.closest("script, style, code, pre, kbd, .chart") || !seen(around)) continue;
    if (/(^|[\s:：·（(])(None|null|NaN|undefined|True|False)($|[\s·，。；）)])/.test(text)) lines.push(`a value of the machine: “${text.slice(0, 60)}”`);
    if (/\b[a-z]{2,}_[a-z_]{2,}\b|%\([a-z]|\bdomain\.md|\bseed\//.test(text) || (root.lang.startsWith("zh") && /\[(seed|ours|practice|law)\b/.test(text))) lines.push(`a code: “${text.slice(0, 60)}”`);
    if (foreign.has(text)) lines.push(`not translated: “${text.slice(0, 60)}”`);
  }

  for (const table of main.querySelectorAll("table")) {
    if (seen(table) && !table.querySelector("tbody tr")) lines.push(`an empty table: ${named(table)}`);
  }
  for (const sheet of main.querySelectorAll("section.sheet")) {
    const head = sheet.querySelector("h2, h3");
    if (head && seen(sheet) && sheet.innerText.trim() === head.innerText.trim() && !sheet.querySelector("img, svg, input")) {
      lines.push(`nothing under a title: ${named(sheet)}`);
    }
  }
  return lines;
}
