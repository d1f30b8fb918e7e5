import { escapeHtml, scriptJson } from '../display/html';
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
 * A control and the frames computed so far, with the text of `controlsScript`. Without scripts the frames are a list to unfold; with them, inputs choose among them,
 * and what is not there is asked of the kernel by Jupyter's own WebSocket, where the page has one.
 */
export function controlHtml(id: string, inputs: Inputs, frames: readonly Frame[], script: string): string {
  const folded = frames.map(
    ({ setting, html }, i) => `<details${i === 0 ? ' open' : ''}><summary>${escapeHtml(setting)}</summary><div>${html}</div></details>`,
  );
  const listed = JSON.stringify(Object.entries(inputs).map(([name, input]) => ({ name, ...input })));
  const settings = scriptJson({ id, kernel: kernelId() });
  return `<div id="${id}" class="control" data-inputs="${escapeHtml(listed)}">${folded.join('')}</div><script>${script}(${ASK})(${settings});</script>`;
}

/** Runs in the page: asks the kernel that made the control. */
const ASK = `function (control) {
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
  const root = document.getElementById(control.id);
  if (root) window.DistilleryControl(root, ask);
}`;
