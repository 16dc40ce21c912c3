// Draws every element with data-chart (an ECharts option as JSON) in the colours of the page. The table beside it says the same.
// In an option "@act" stands for the colour --act of the palette; a point {value, name, url} is a link; `luodi.unit` follows values.
(function () {
  "use strict";
  const ROTATION = ["act-fill", "warn-line", "stage-2", "good-line", "bad-line", "act-line", "edge"];
  const drawn = new Map();

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  function resolved(part) {
    if (typeof part === "string" && part[0] === "@") return colour(part.slice(1));
    if (Array.isArray(part)) return part.map(resolved);
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, resolved(value)]));
    }
    return part;
  }

  function said(value, about) {
    if (Array.isArray(value)) return value.map((one) => said(one, about)).join(" · ");
    if (value === null || value === undefined || value === "-") return "—";
    const number = typeof value === "number"
      ? value.toLocaleString("en-US", { maximumFractionDigits: about.digits === undefined ? 2 : about.digits })
      : String(value);
    return about.unit ? `${number} ${about.unit}` : number;
  }

  // A few names below a chart all stay, in several lines where the screen is narrow; many are thinned by the library.
  const FEW_NAMES = 5;

  function names(asked, across) {
    const many = asked.type === "category" && asked.data ? asked.data.length : 0;
    return across && many && many <= FEW_NAMES ? { interval: 0, width: Math.floor(300 / many), overflow: "break" } : {};
  }

  function axis(given, size, across) {
    const one = (asked) => Object.assign({}, asked, {
      axisLine: Object.assign({ lineStyle: { color: colour("line-2") } }, asked.axisLine),
      axisTick: Object.assign({ show: false }, asked.axisTick),
      axisLabel: Object.assign({ color: colour("ink-2"), fontSize: size }, names(asked, across), asked.axisLabel),
      splitLine: Object.assign({ show: asked.type === "value", lineStyle: { color: colour("line") } }, asked.splitLine),
      nameTextStyle: { color: colour("ink-2") },
    });
    return Array.isArray(given) ? given.map(one) : one(given);
  }

  function dressed(given, large) {
    const about = given.luodi || {};
    const option = resolved(given);
    const size = large ? 22 : 13;
    delete option.luodi;
    const dressedOption = Object.assign({
      color: ROTATION.map(colour),
      grid: { left: 8, right: (option.series || []).some((one) => one.label && one.label.show) ? (large ? 150 : 84) : 24, top: option.legend ? 40 : 16, bottom: 8, containLabel: true },
    }, option, {
      animation: false,
      textStyle: Object.assign({ color: colour("ink"), fontFamily: getComputedStyle(document.body).fontFamily }, option.textStyle),
      aria: { enabled: false },
      tooltip: Object.assign({ trigger: "item" }, option.tooltip, {
        renderMode: "richText",
        confine: true,
        valueFormatter: (value) => said(value, about),
        backgroundColor: colour("paper"),
        borderColor: colour("line-2"),
        textStyle: { color: colour("ink"), fontSize: size },
      }),
    });
    if (option.xAxis) dressedOption.xAxis = axis(option.xAxis, size, true);
    if (option.yAxis) dressedOption.yAxis = axis(option.yAxis, size);
    if (option.legend) {
      dressedOption.legend = Object.assign({ top: 0, left: 0, icon: "roundRect" }, option.legend, { textStyle: { color: colour("ink-2"), fontSize: size } });
    }
    (dressedOption.series || []).forEach((series) => {
      if (series.label && series.label.show) {
        series.label = Object.assign({ color: colour("ink"), fontSize: size, formatter: (point) => said(point.value, about) }, series.label);
      }
    });
    return dressedOption;
  }

  // Left and right walk the points, Enter opens what is behind one; a live line reads it aloud.
  function walk(place, chart, given) {
    const points = [];
    given.series.forEach((series, seriesIndex) => (series.data || []).forEach((point, dataIndex) => {
      points.push({ seriesIndex, dataIndex, point, series: series.name || "" });
    }));
    const categories = [given.xAxis, given.yAxis].map((one) => (Array.isArray(one) ? one[0] : one)).find((one) => one && one.data);
    const line = place.parentElement.querySelector("[data-chart-said]");
    let at = -1;
    const show = () => {
      const here = points[at];
      chart.dispatchAction({ type: "downplay" });
      chart.dispatchAction({ type: "highlight", seriesIndex: here.seriesIndex, dataIndex: here.dataIndex });
      chart.dispatchAction({ type: "showTip", seriesIndex: here.seriesIndex, dataIndex: here.dataIndex });
      const value = here.point && typeof here.point === "object" && !Array.isArray(here.point) ? here.point.value : here.point;
      const name = (here.point && here.point.name) || (categories ? categories.data[here.dataIndex] : "");
      if (line) line.textContent = [here.series, name, said(value, given.luodi || {})].filter(Boolean).join(" · ");
    };
    place.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step && points.length) {
        event.preventDefault();
        event.stopPropagation();
        at = (at + step + points.length) % points.length;
        show();
      }
      if (event.key === "Enter" && at >= 0) follow(points[at].point);
    });
    place.addEventListener("blur", () => {
      chart.dispatchAction({ type: "hideTip" });
      chart.dispatchAction({ type: "downplay" });
    });
  }

  function follow(point) {
    if (point && point.url && point.url[0] === "/" && point.url[1] !== "/") window.location.assign(point.url);
  }

  function draw(place) {
    if (drawn.has(place) || !window.echarts) return;
    const given = JSON.parse(place.dataset.chart);
    const chart = window.echarts.init(place, null, { renderer: "svg" });
    chart.setOption(dressed(given, "large" in place.dataset));
    chart.on("click", (event) => follow(event.data));
    drawn.set(place, { chart, given });
    walk(place, chart, given);
    place.querySelectorAll("svg").forEach((svg) => svg.setAttribute("aria-hidden", "true"));
    place.setAttribute("data-drawn", "yes");
  }

  function all(within) {
    const places = Array.from(within.querySelectorAll("[data-chart]"));
    if (within.matches && within.matches("[data-chart]")) places.push(within);
    places.forEach(draw);
  }

  function redraw() {
    drawn.forEach(({ chart, given }, place) => {
      if (!place.isConnected) {
        chart.dispose();
        drawn.delete(place);
        return;
      }
      chart.setOption(dressed(given, "large" in place.dataset), { notMerge: true });
    });
  }

  new MutationObserver(redraw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
  const sizes = new ResizeObserver((entries) => entries.forEach((entry) => {
    const known = drawn.get(entry.target);
    if (known) known.chart.resize();
  }));
  document.addEventListener("htmx:load", (event) => {
    all(event.target);
    drawn.forEach((_, place) => sizes.observe(place));
  });
  window.addEventListener("beforeprint", () => drawn.forEach(({ chart }) => chart.resize()));
  all(document);
  drawn.forEach((_, place) => sizes.observe(place));
})();
