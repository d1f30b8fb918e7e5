/* global document, window */
// Sliders, drop-downs and buttons of a notebook's cell: they choose among what was computed for each setting. Without this script those are a list to unfold.
(() => {
  'use strict';
  const make = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  /** The element of an input, and the value that it is at. */
  function elementOf({ name, kind, values, initial }) {
    if (kind === 'button') {
      const button = make('button', { type: 'button', textContent: name });
      let presses = 0;
      button.addEventListener('click', () => (presses += 1));
      return { element: button, input: button, event: 'click', value: () => presses };
    }
    if (kind === 'slider') {
      const range = make('input', { type: 'range', min: 0, max: values.length - 1, step: 1 });
      range.value = values.indexOf(initial);
      const shown = make('span', { textContent: initial });
      const value = () => values[Number(range.value)];
      range.addEventListener('input', () => (shown.textContent = value()));
      return { element: make('label', {}, `${name} `, range, ' ', shown), input: range, event: 'input', value };
    }
    const select = make('select', {}, ...values.map((value) => make('option', { textContent: value })));
    select.selectedIndex = values.indexOf(initial);
    return { element: make('label', {}, `${name} `, select), input: select, event: 'input', value: () => values[select.selectedIndex] };
  }

  /** `root` has the inputs as `data-inputs`, and a folded part for each setting that was computed. `ask(values)` computes another; without it there is none. */
  function control(root, ask) {
    const inputs = JSON.parse(root.dataset.inputs).map((input) => ({ ...input, ...elementOf(input) }));
    const status = make('output', {});
    const bar = make('div', { className: 'control-bar' });
    for (const { element } of inputs) bar.append(element, ' ');
    bar.append(status);
    root.prepend(bar);
    let latest = 0;

    const frames = () => [...root.children].filter(({ tagName }) => tagName === 'DETAILS');
    function show(setting) {
      let found = false;
      for (const frame of frames()) {
        const chosen = frame.firstElementChild.textContent === setting;
        found ||= chosen;
        frame.hidden = !chosen;
        frame.open = true;
        frame.firstElementChild.hidden = true;
        frame.firstElementChild.style.display = 'none';
      }
      // What a page draws when it is scrolled to or resized learns that it is seen now.
      window.dispatchEvent(new window.Event('resize'));
      return found;
    }

    function add({ setting, html }) {
      const frame = make('details', {}, make('summary', { textContent: setting }), make('div', { innerHTML: html }));
      root.append(frame);
      for (const old of frame.querySelectorAll('script')) old.replaceWith(make('script', { textContent: old.textContent }));
    }

    async function change() {
      const turn = ++latest;
      const values = Object.fromEntries(inputs.map(({ name, value }) => [name, value()]));
      const setting = inputs.map(({ name }) => `${name} = ${values[name]}`).join(', ');
      status.textContent = '';
      if (show(setting)) return;
      if (!ask) {
        status.textContent = 'not computed before, and no kernel to ask: run the cell in JupyterLab';
        return;
      }
      status.textContent = 'computing…';
      try {
        const answer = await ask(values);
        if (answer.error) throw new Error(answer.error);
        add(answer);
        if (turn !== latest) return;
        status.textContent = '';
        show(answer.setting);
      } catch (error) {
        if (turn === latest) status.textContent = error.message;
      }
    }

    for (const { input, event } of inputs) input.addEventListener(event, () => void change());
    void change();
  }

  window.DistilleryControl = control;
  // In a page of ours, where ids of a notebook are dropped; below a cell the output's own script begins, with the kernel to ask.
  for (const root of document.querySelectorAll('.control:not([id])')) {
    try {
      control(root);
    } catch {
      // A notebook's output that only looks like a control stays what it is.
    }
  }
})();
