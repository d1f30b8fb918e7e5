/* global document, window, ImageData, HTMLCanvasElement */
// Two pictures under a divider, or their difference, with zoom and pan in common, by pointer and by keyboard. In reports, and below cells of notebooks.
(() => {
  'use strict';
  const STEP = 1.25;
  const MOST = 32;

  /** [label, source] -> a canvas with the source's pixels; a source is an <img> or a canvas. */
  async function canvasOf(source) {
    if (source instanceof HTMLCanvasElement) return source;
    await source.decode();
    const canvas = document.createElement('canvas');
    canvas.width = source.naturalWidth;
    canvas.height = source.naturalHeight;
    canvas.getContext('2d').drawImage(source, 0, 0);
    return canvas;
  }

  function pixels(canvas) {
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  }

  /** An error map is at least so many times as bright as the error: small ones are brighter still, up to where the largest is as bright as can be. */
  const LEAST_GAIN = 4;

  /** The absolute difference of two pictures of one size, averaged over the channels and multiplied, black to yellow; with its largest value and the factor. */
  function errorMap(a, b) {
    const [x, y] = [pixels(a), pixels(b)];
    const errors = new Float32Array(x.data.length / 4);
    for (let i = 0; i < x.data.length; i++) if (i % 4 < 3) errors[i >> 2] += Math.abs(x.data[i] - y.data[i]) / 3;
    const largest = errors.reduce((most, error) => Math.max(most, error), 0);
    const gain = largest > 0 ? Math.max(LEAST_GAIN, Math.floor(255 / largest)) : LEAST_GAIN;
    const map = new ImageData(x.width, x.height);
    errors.forEach((error, i) => {
      const shown = Math.min(255, error * gain);
      map.data.set([shown, shown * 0.85, shown * 0.2, 255], 4 * i);
    });
    const canvas = document.createElement('canvas');
    canvas.width = x.width;
    canvas.height = x.height;
    canvas.getContext('2d').putImageData(map, 0, 0);
    return { canvas, largest, gain };
  }

  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  /** Puts a viewer of named pictures of one size into `place`, in the stead of what is there. `first`, `second`: what it shows at first, by label. */
  async function viewer(place, named, first, second) {
    const pictures = await Promise.all(named.map(async ([label, source]) => [label, await canvasOf(source)]));
    const [width, height] = [pictures[0][1].width, pictures[0][1].height];
    const same = pictures.filter(([, canvas]) => canvas.width === width && canvas.height === height);
    const labels = same.map(([label]) => label);
    const of = (label) => same.find(([name]) => name === label)[1];
    const choose = (chosen, name) => {
      const select = element('select', {}, ...labels.map((label) => element('option', { value: label, textContent: label })));
      select.value = labels.includes(chosen) ? chosen : labels[0];
      select.setAttribute('aria-label', name);
      return select;
    };
    const left = choose(first, 'Left picture');
    const right = choose(second, 'Right picture');
    const mode = element('select', {}, ...['divider', 'error map'].map((label) => element('option', { value: label, textContent: label })));
    mode.setAttribute('aria-label', 'How the two are compared');
    const reset = element('button', { type: 'button', textContent: 'Whole image' });
    const note = element('p', { className: 'viewer-note' });
    note.setAttribute('role', 'status');
    const canvas = element('canvas', { tabIndex: 0, className: 'viewer-canvas' });
    canvas.setAttribute('role', 'application');
    canvas.setAttribute(
      'aria-label',
      'Comparison of two pictures. Comma and full stop move the divider, plus and minus zoom, arrow keys pan, zero shows the whole image, e switches the error map.',
    );
    const keys = element(
      'p',
      { className: 'viewer-note' },
      'Drag the divider. After a click on the picture: wheel zooms, drag pans; keys ',
    );
    for (const [key, what] of [
      [['+', '−'], 'zoom, '],
      [['←', '→', '↑', '↓'], 'pan, '],
      [[',', '.'], 'move the divider, '],
      [['e'], 'error map, '],
      [['0'], 'whole image.'],
    ])
      keys.append(...key.flatMap((one) => [element('kbd', { textContent: one }), ' ']), what);
    place.replaceChildren(element('div', { className: 'viewer-controls' }, left, right, mode, reset), canvas, note, keys);

    const view = { divider: 0.5, zoom: 1, x: 0, y: 0 };
    const context = canvas.getContext('2d');

    function draw() {
      const shown = place.clientWidth || 600;
      const aspect = height / width;
      const cssWidth = Math.min(shown, Math.max(320, Math.min(width * 6, 1000)), (window.innerHeight * 0.75) / aspect);
      const cssHeight = cssWidth * aspect;
      const ratio = window.devicePixelRatio || 1;
      canvas.style.width = `${cssWidth}px`;
      canvas.style.height = `${cssHeight}px`;
      canvas.width = Math.round(cssWidth * ratio);
      canvas.height = Math.round(cssHeight * ratio);
      const fit = Math.min(canvas.width / width, canvas.height / height);
      const scale = fit * view.zoom;
      const reach = (size, room) => Math.max(0, size - room / scale);
      view.x = Math.min(Math.max(0, view.x), reach(width, canvas.width));
      view.y = Math.min(Math.max(0, view.y), reach(height, canvas.height));
      context.imageSmoothingEnabled = false;
      const paint = (picture) => context.drawImage(picture, -view.x * scale, -view.y * scale, width * scale, height * scale);
      if (mode.value === 'error map') {
        const { canvas: map, largest, gain } = errorMap(of(left.value), of(right.value));
        paint(map);
        note.textContent = `Difference of ${left.value} and ${right.value}, ${gain} times as bright; the largest is ${largest.toFixed(0)} of 255.`;
        return;
      }
      paint(of(left.value));
      const at = Math.round(canvas.width * view.divider);
      context.save();
      context.beginPath();
      context.rect(at, 0, canvas.width - at, canvas.height);
      context.clip();
      paint(of(right.value));
      context.restore();
      context.fillStyle = '#fff';
      context.fillRect(at - ratio, 0, 2 * ratio, canvas.height);
      context.fillStyle = '#000';
      context.fillRect(at, 0, ratio, canvas.height);
      note.textContent = `Left: ${left.value}. Right: ${right.value}. ${view.zoom === 1 ? 'Whole image' : `Zoomed ${view.zoom.toFixed(1)}×`}.`;
    }

    function zoom(factor, fx = 0.5, fy = 0.5) {
      const before = Math.min(canvas.width / width, canvas.height / height) * view.zoom;
      view.zoom = Math.min(MOST, Math.max(1, view.zoom * factor));
      const after = Math.min(canvas.width / width, canvas.height / height) * view.zoom;
      view.x += fx * canvas.width * (1 / before - 1 / after);
      view.y += fy * canvas.height * (1 / before - 1 / after);
      draw();
    }

    const fraction = (event) => {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    };
    let grip = null;
    canvas.addEventListener('pointerdown', (event) => {
      const [fx] = fraction(event);
      grip = { divider: view.zoom === 1 || Math.abs(fx - view.divider) < 0.04, x: event.clientX, y: event.clientY };
      canvas.setPointerCapture(event.pointerId);
      if (grip.divider) {
        view.divider = fx;
        draw();
      }
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!grip) return;
      if (grip.divider) view.divider = Math.min(1, Math.max(0, fraction(event)[0]));
      else {
        const scale = (Math.min(canvas.width / width, canvas.height / height) * view.zoom) / (window.devicePixelRatio || 1);
        view.x -= (event.clientX - grip.x) / scale;
        view.y -= (event.clientY - grip.y) / scale;
        grip = { ...grip, x: event.clientX, y: event.clientY };
      }
      draw();
    });
    for (const name of ['pointerup', 'pointercancel']) canvas.addEventListener(name, () => (grip = null));
    canvas.addEventListener(
      'wheel',
      (event) => {
        // Without the focus the wheel scrolls the page, as a reader who only passes by expects.
        if (document.activeElement !== canvas) return;
        event.preventDefault();
        zoom(event.deltaY < 0 ? STEP : 1 / STEP, ...fraction(event));
      },
      { passive: false },
    );
    const pan = (dx, dy) => {
      view.x += (dx * width) / (10 * view.zoom);
      view.y += (dy * height) / (10 * view.zoom);
    };
    const whole = () => Object.assign(view, { zoom: 1, x: 0, y: 0 });
    const KEYS = {
      ',': () => (view.divider = Math.max(0, view.divider - 0.05)),
      '.': () => (view.divider = Math.min(1, view.divider + 0.05)),
      '+': () => zoom(STEP),
      '=': () => zoom(STEP),
      '-': () => zoom(1 / STEP),
      0: whole,
      e: () => (mode.value = mode.value === 'divider' ? 'error map' : 'divider'),
      ArrowLeft: () => pan(-1, 0),
      ArrowRight: () => pan(1, 0),
      ArrowUp: () => pan(0, -1),
      ArrowDown: () => pan(0, 1),
    };
    canvas.addEventListener('keydown', (event) => {
      const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
      if (!action) return;
      event.preventDefault();
      action();
      draw();
    });
    for (const select of [left, right, mode]) select.addEventListener('change', draw);
    reset.addEventListener('click', () => {
      whole();
      draw();
    });
    window.addEventListener('resize', draw);
    draw();
    return canvas;
  }

  /** Gives a figure of pictures of one image a button that opens the viewer over its zoomed parts; with the labels of two of them it is open at once. */
  async function compare(figure, chosen) {
    const tiles = [...figure.querySelectorAll('.crops figure')].filter((tile) => tile.querySelector('img.zoom'));
    if (tiles.length < 2) return;
    const button = element('button', { type: 'button', className: 'compare', textContent: 'Compare two of these' });
    const place = element('div', { className: 'viewer', hidden: true });
    figure.append(button, place);
    const toggle = async () => {
      place.hidden = !place.hidden;
      button.setAttribute('aria-expanded', String(!place.hidden));
      if (place.hidden || place.childElementCount > 0) return;
      const named = tiles.map((tile) => [
        tile.querySelector('figcaption').firstElementChild?.textContent ?? tile.querySelector('figcaption').textContent.trim(),
        tile.querySelector('img'),
      ]);
      const labels = named.map(([label]) => label);
      await viewer(place, named, ...(chosen ?? [labels[1], labels[labels.length - 2]]));
    };
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', async () => {
      await toggle();
      place.querySelector('canvas')?.focus();
    });
    if (chosen) await toggle();
  }

  window.DistilleryViewer = viewer;
  window.DistilleryCompare = compare;
})();
