/* global document, getComputedStyle, matchMedia, window */
// Draws the page's figures with Plotly in the colours of the style sheet, and redraws them when the reader's colour scheme changes or
// the page is printed. Everything else on the page works without it.
(() => {
  'use strict';
  const root = document.documentElement;
  const plots = [...document.querySelectorAll('[data-figure]')];

  const token = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

  /** A colour of the style sheet; a label that merely begins with an at sign is none. */
  const COLOUR = /^@(?:ink|panel|rule|series-[1-6])(?:\/[\d.]+)?$/;

  /** '@series-1' -> '#1f5f99', '@series-1/0.2' -> 'rgba(31,95,153,0.2)' */
  function colour(reference) {
    const [name, alpha] = reference.slice(1).split('/');
    const hex = token(name);
    if (alpha === undefined) return hex;
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    return `rgba(${r},${g},${b},${alpha})`;
  }

  function coloured(value) {
    if (typeof value === 'string') return COLOUR.test(value) ? colour(value) : value;
    if (Array.isArray(value)) return value.map(coloured);
    if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item)]));
    return value;
  }

  function merged(base, extra) {
    if (!extra || typeof extra !== 'object' || Array.isArray(extra)) return extra === undefined ? base : extra;
    const result = { ...base };
    for (const [key, value] of Object.entries(extra)) result[key] = merged(result[key], value);
    return result;
  }

  function baseLayout() {
    const axis = {
      gridcolor: '@rule',
      linecolor: '@ink',
      tickcolor: '@ink',
      ticks: 'outside',
      ticklen: 4,
      showline: true,
      zeroline: false,
      automargin: true,
      fixedrange: true,
      title: { font: { size: 13 }, standoff: 8 },
    };
    return {
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      colorway: [1, 2, 3, 4, 5, 6].map((i) => `@series-${i}`),
      font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: '@ink' },
      margin: { l: 56, r: 20, t: 12, b: 48 },
      xaxis: axis,
      yaxis: axis,
      legend: { orientation: 'h', x: 0, y: 1.03, yanchor: 'bottom', maxheight: 0.7, font: { size: 12 } },
      hoverlabel: { bgcolor: '@panel', bordercolor: '@rule', font: { color: '@ink' } },
      dragmode: false,
      hovermode: 'closest',
    };
  }

  /** Pixels that a legend takes above what a figure has room for: it would squeeze the lines, and scroll. A letter is about 6.4 wide, a line's sample 44, a row 29 high. */
  function legendExcess(data, width) {
    const rows = { count: 1, used: 0 };
    for (const { name, showlegend } of data) {
      if (name === undefined || showlegend === false) continue;
      const entry = 44 + 6.4 * name.length;
      if (rows.used > 0 && rows.used + entry > width) Object.assign(rows, { count: rows.count + 1, used: 0 });
      rows.used += entry;
    }
    return 29 * Math.max(0, rows.count - 2);
  }

  function draw(plot) {
    const { data, layout } = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    plot.querySelector('.plot-fallback')?.remove();
    plot.style.height = '';
    if (!('printing' in root.dataset)) plot.style.height = `${plot.clientHeight + legendExcess(data, plot.clientWidth - 68)}px`;
    // The page on paper is narrower than the window, and a figure does not learn of it.
    const size = 'printing' in root.dataset ? { width: 620, height: 300, autosize: false } : { autosize: true };
    const config = { responsive: true, displayModeBar: false, scrollZoom: false };
    window.Plotly.react(plot, coloured(data), coloured(merged(baseLayout(), { ...layout, ...size })), config);
    plot.dataset.drawn = '';
  }

  /** Buttons under a figure: it is saved as it is shown, lines that were switched off left out. */
  function addButtons(plot) {
    const bar = document.createElement('p');
    bar.className = 'figure-tools';
    for (const format of ['svg', 'png']) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = `Save ${format.toUpperCase()}`;
      button.addEventListener('click', () => {
        const { width, height } = plot.getBoundingClientRect();
        void window.Plotly.downloadImage(plot, { format, filename: plot.id, width, height, scale: format === 'png' ? 2 : 1 });
      });
      bar.append(button);
    }
    const named = plot.querySelectorAll('.legend .traces').length;
    if (named > 1) bar.append(' Names in the legend switch lines off and on.');
    plot.after(bar);
  }

  // A figure in a closed <details> has no size yet; it is drawn when that is opened.
  const drawVisible = () =>
    plots
      .filter((plot) => !plot.closest('details:not([open])') && !('drawn' in plot.dataset))
      .forEach((plot) => {
        draw(plot);
        addButtons(plot);
      });
  const redraw = () => plots.filter((plot) => 'drawn' in plot.dataset).forEach(draw);

  if (window.Plotly) {
    drawVisible();
    document.addEventListener('toggle', drawVisible, true);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
    window.addEventListener('beforeprint', () => {
      root.dataset.printing = '';
      redraw();
    });
    window.addEventListener('afterprint', () => {
      delete root.dataset.printing;
      redraw();
    });
  }

  // A link to a run opens the run.
  function reveal() {
    const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    if (!target) return;
    for (let element = target; element; element = element.parentElement) if (element.tagName === 'DETAILS') element.open = true;
    target.querySelector(':scope > details')?.setAttribute('open', '');
    target.scrollIntoView();
  }
  window.addEventListener('hashchange', reveal);
  if (window.location.hash) reveal();
})();
