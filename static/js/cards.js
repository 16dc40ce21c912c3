// A plain table that is wider than a phone is read there as cards: each cell gets its column's name as a label. The
// sheet money.css does the rest; without scripts such a table scrolls by itself as before.
(function () {
  "use strict";
  var PHONE = window.matchMedia("(max-width: 767.98px)");
  var FEW = 4;

  function plain(table) {
    var head = table.tHead;
    // Heat tables and previews are read across; a table with cells that span columns has no one name for a cell.
    return head && head.rows.length === 1 && !table.matches(".list, .table-cards, .heat, .layout-preview, .across") &&
      !table.querySelector("thead [colspan], tbody [colspan], tbody [rowspan]");
  }

  function figures(table) {
    var cells = Array.prototype.slice.call(table.tHead.rows[0].cells, 1);
    return cells.every(function (cell) { return cell.classList.contains("num"); });
  }

  function few(table) { return table.tHead.rows[0].cells.length <= FEW; }

  function wide(table) {
    return table.scrollWidth > table.parentElement.clientWidth + 2;
  }

  function name(table) {
    var names = Array.prototype.map.call(table.tHead.rows[0].cells, function (cell) { return cell.textContent.trim(); });
    Array.prototype.forEach.call(table.querySelectorAll(":scope > tbody > tr, :scope > tfoot > tr"), function (row) {
      Array.prototype.forEach.call(row.cells, function (cell, at) {
        var title = at === 0 && !cell.classList.contains("num");
        if (!title && names[at] && !cell.hasAttribute("data-label")) cell.setAttribute("data-label", names[at]);
      });
    });
    table.classList.add("table-cards", "table-made-cards");
  }

  function look(root) {
    if (!PHONE.matches) return;
    Array.prototype.forEach.call(root.querySelectorAll(".wide > table"), function (table) {
      if (!plain(table) || !wide(table)) return;
      // A few columns of figures may fit once nothing keeps them apart; they are easier to compare than cards.
      var plainFigures = figures(table);
      if (plainFigures && few(table)) table.classList.add("table-close");
      if (!wide(table)) return;
      name(table);
      // Many figures of one thing stand three abreast, each under its name: a third of the height.
      if (plainFigures) table.classList.add("table-figures");
    });
  }

  document.addEventListener("DOMContentLoaded", function () { look(document); });
  document.addEventListener("htmx:load", function (event) { look(event.target); });
  PHONE.addEventListener("change", function () { look(document); });
})();
