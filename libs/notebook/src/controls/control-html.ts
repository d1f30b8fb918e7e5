import { escapeHtml } from '../display/html';
import type { MimeBundle } from '../display/publish';
import { kernelId } from '../kernel/comms';
import type { Inputs } from './inputs';

/** What is shown for a setting. */
export interface Frame {
  readonly setting: string;
  readonly html: string;
}

/** What was displayed, as HTML. */
export function frameHtml(bundles: readonly MimeBundle[]): string {
  return bundles.map(bundleHtml).join('');
}

function bundleHtml(bundle: MimeBundle): string {
  const text = (type: string): string => (typeof bundle[type] === 'string' ? bundle[type] : '');
  const alt = escapeHtml(text('text/plain'));
  if (text('text/html') !== '') return text('text/html');
  if (text('image/svg+xml') !== '')
    return `<img src="data:image/svg+xml;base64,${Buffer.from(text('image/svg+xml')).toString('base64')}" alt="${alt}">`;
  if (text('image/png') !== '') return `<img src="data:image/png;base64,${text('image/png')}" alt="${alt}" style="max-width:none">`;
  return `<pre>${alt}</pre>`;
}

/**
 * A control and the frames computed so far. Without scripts the frames are a list to unfold; with them, inputs choose among them, and what is not there is asked of
 * the kernel by Jupyter's own WebSocket, where the page has one.
 */
export function controlHtml(id: string, inputs: Inputs, frames: readonly Frame[]): string {
  const folded = frames.map(
    ({ setting, html }, i) => `<details${i === 0 ? ' open' : ''}><summary>${escapeHtml(setting)}</summary><div>${html}</div></details>`,
  );
  const elements = Object.entries(inputs).map(([name, input]) => elementHtml(name, input));
  const settings = JSON.stringify({ id, kernel: kernelId(), names: Object.keys(inputs) }).replace(/</g, '\\u003c');
  return `<div id="${id}"><div hidden>${elements.join(' ')} <output></output></div>${folded.join('')}</div><script>(${SCRIPT})(${settings});</script>`;
}

function elementHtml(name: string, { kind, values, initial }: Inputs[string]): string {
  const label = escapeHtml(name);
  const list = escapeHtml(JSON.stringify(values));
  if (kind === 'button') return `<button type="button" data-name="${label}" data-kind="button" data-values="[0]">${label}</button>`;
  if (kind === 'slider') {
    const at = values.indexOf(initial);
    return `<label>${label} <input type="range" min="0" max="${values.length - 1}" step="1" value="${at}" data-name="${label}" data-kind="slider" data-values="${list}"> <span>${initial}</span></label>`;
  }
  const options = values.map((value) => `<option${value === initial ? ' selected' : ''}>${escapeHtml(String(value))}</option>`);
  return `<label>${label} <select data-name="${label}" data-kind="drop-down" data-values="${list}">${options.join('')}</select></label>`;
}

/** Runs in the page. */
const SCRIPT = `function (control) {
  const root = document.getElementById(control.id);
  if (!root) return;
  const bar = root.firstElementChild;
  const status = bar.querySelector('output');
  const elements = [...bar.querySelectorAll('[data-name]')];
  const presses = {};
  let latest = 0;
  const valueOf = (element) => {
    const values = JSON.parse(element.dataset.values);
    if (element.dataset.kind === 'button') return presses[element.dataset.name] ?? 0;
    return values[element.dataset.kind === 'slider' ? Number(element.value) : element.selectedIndex];
  };
  const show = (setting) => {
    let found = false;
    for (const frame of root.querySelectorAll(':scope > details')) {
      const chosen = frame.firstElementChild.textContent === setting;
      found ||= chosen;
      frame.hidden = !chosen;
      frame.open = true;
      frame.firstElementChild.hidden = true;
      frame.firstElementChild.style.display = 'none';
    }
    return found;
  };
  const add = ({ setting, html }) => {
    const frame = document.createElement('details');
    frame.append(document.createElement('summary'), document.createElement('div'));
    frame.firstElementChild.textContent = setting;
    frame.lastElementChild.innerHTML = html;
    root.append(frame);
    for (const old of frame.querySelectorAll('script')) {
      const script = document.createElement('script');
      script.textContent = old.textContent;
      old.replaceWith(script);
    }
  };
  const change = async () => {
    const turn = ++latest;
    const values = Object.fromEntries(elements.map((element) => [element.dataset.name, valueOf(element)]));
    for (const element of elements) if (element.nextElementSibling) element.nextElementSibling.textContent = valueOf(element);
    const setting = control.names.map((name) => name + ' = ' + values[name]).join(', ');
    status.textContent = '';
    if (show(setting)) return;
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
  };
  let socket;
  const connect = () => {
    const config = JSON.parse(document.getElementById('jupyter-config-data')?.textContent ?? 'null');
    if (!config || !control.kernel) return Promise.reject(new Error('not computed before, and no kernel to ask: run the cell in JupyterLab'));
    const base = new URL(config.baseUrl ?? '/', location.href);
    const url = new URL('api/kernels/' + control.kernel + '/channels', base);
    url.protocol = base.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('session_id', control.id);
    if (config.token) url.searchParams.set('token', config.token);
    return new Promise((resolve, reject) => {
      const opened = new WebSocket(url);
      opened.onopen = () => resolve(opened);
      opened.onclose = opened.onerror = () => {
        socket = undefined;
        reject(new Error('the kernel that made this is gone: run the cell again'));
      };
    });
  };
  const ask = async (values) => {
    const opened = await (socket ??= connect());
    const id = crypto.randomUUID?.() ?? String(Math.random());
    return new Promise((resolve) => {
      const hear = ({ data }) => {
        if (typeof data !== 'string') return;
        const { msg_type: own, header, parent_header: parent, content } = JSON.parse(data);
        if (parent?.msg_id !== id || (own ?? header.msg_type) !== 'comm_msg') return;
        opened.removeEventListener('message', hear);
        resolve(content.data);
      };
      opened.addEventListener('message', hear);
      const header = { msg_id: id, msg_type: 'comm_msg', session: control.id, username: '', date: new Date().toISOString(), version: '5.3' };
      opened.send(JSON.stringify({ channel: 'shell', header, parent_header: {}, metadata: {}, content: { comm_id: control.id, data: values } }));
    });
  };
  for (const element of elements) {
    if (element.dataset.kind === 'button')
      element.addEventListener('click', () => {
        presses[element.dataset.name] = (presses[element.dataset.name] ?? 0) + 1;
        void change();
      });
    else element.addEventListener('input', () => void change());
  }
  bar.hidden = false;
  void change();
}`;
