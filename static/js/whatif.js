/* What if the weights were others: ranks the table anew while a slider moves; nothing is sent or stored. */
(function () {
  "use strict";
  var room = document.querySelector("[data-whatif]");
  var body = room && room.querySelector("[data-whatif-rows]");
  if (!body) { return; }
  var sliders = Array.prototype.slice.call(room.querySelectorAll("[data-whatif-weight]"));
  var said = room.querySelector("[data-whatif-said]");
  var rows = Array.prototype.map.call(body.rows, function (row) {
    return {
      row: row, id: Number(row.dataset.id), before: Number(row.dataset.before),
      sure: row.dataset.sure.split(",").map(Number), possible: row.dataset.possible.split(",").map(Number)
    };
  });

  var whole = Number(body.dataset.whole);

  function weigh(shares, weights, total) {
    var sum = 0;
    var full = total * whole;
    for (var n = 0; n < shares.length; n += 1) { sum += shares[n] * weights[n]; }
    return full ? Math.floor((2000 * sum + full) / (2 * full)) : 0;
  }

  function move() {
    var weights = sliders.map(function (slider) { return Number(slider.value); });
    var total = weights.reduce(function (a, b) { return a + b; }, 0);
    sliders.forEach(function (slider, n) {
      slider.parentNode.querySelector("output").textContent = weights[n];
      var copy = document.querySelector('[data-whatif-copy="' + slider.name + '"]');
      if (copy) { copy.value = weights[n]; }
    });
    room.querySelector("[data-whatif-total]").textContent = total;
    rows.forEach(function (item) {
      item.low = weigh(item.sure, weights, total);
      item.high = weigh(item.possible, weights, total);
    });
    rows.sort(function (a, b) { return b.low - a.low || b.high - a.high || a.id - b.id; });
    var moved = 0;
    var sheet = document.createDocumentFragment();
    rows.forEach(function (item, n) {
      var cells = item.row.cells;
      var by = item.before - (n + 1);
      if (by) { moved += 1; }
      cells[0].textContent = n + 1;
      var mark = document.createElement("span");
      mark.className = by > 0 ? "up" : by < 0 ? "down" : "quiet";
      mark.textContent = by > 0 ? "▲ " + by : by < 0 ? "▼ " + (-by) : "—";
      cells[1].replaceChildren(mark);
      cells[3].textContent = (item.low / 10).toFixed(1);
      cells[4].textContent = (item.high / 10).toFixed(1);
      sheet.appendChild(item.row);
    });
    body.appendChild(sheet);
    said.textContent = body.dataset.moved.replace("{n}", moved);
  }

  sliders.forEach(function (slider) { slider.addEventListener("input", move); });
  room.querySelector("[data-whatif-reset]").addEventListener("click", function (event) {
    event.preventDefault();
    sliders.forEach(function (slider) { slider.value = slider.dataset.own; });
    move();
  });
}());
