/* global document, window, Image, ImageData, FileReader, performance, setTimeout, DistilleryStudent */
// Runs a paper's student in the page: the reader's image or a benchmark's, LR, bicubic, the student alone and the distilled one. The networks come from
// assets/student.js, which is loaded when a reader first takes an image.
(() => {
  'use strict';
  // A larger image would take minutes and memory; it is cut to this many pixels of output around its middle.
  const LARGEST_SIDE = 1024;

  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  const loaded = new Map();
  function load(path) {
    if (!loaded.has(path))
      loaded.set(
        path,
        new Promise((resolve, reject) => {
          const script = element('script', { src: path, onload: resolve });
          script.onerror = () => reject(new Error(`${path} is not beside this page`));
          document.head.append(script);
        }),
      );
    return loaded.get(path);
  }

  let engine = null;
  async function student(path) {
    await load(path);
    engine ??= DistilleryStudent.start(DistilleryStudent.wasm);
    await engine;
    return DistilleryStudent;
  }

  /** RGBA of a canvas -> the libraries' image, RGB; and back. */
  function imageOf(canvas) {
    const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const rgb = new Uint8Array(width * height * 3);
    for (let i = 0, o = 0; i < data.length; i += 4) for (let c = 0; c < 3; c++) rgb[o++] = data[i + c];
    return { width, height, channels: 3, data: rgb };
  }

  function canvasOf({ width, height, channels, data }) {
    const shown = new ImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) shown.data[4 * i + c] = data[channels === 3 ? 3 * i + c : i];
      shown.data[4 * i + 3] = 255;
    }
    const canvas = element('canvas', { width, height });
    canvas.getContext('2d').putImageData(shown, 0, 0);
    return canvas;
  }

  function repeated(image, scale) {
    const canvas = element('canvas', { width: image.width * scale, height: image.height * scale });
    const context = canvas.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(canvasOf(image), 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  /** The picture, cut around its middle to at most `most` pixels a side. */
  async function pictureOf(source, most) {
    const image = new Image();
    image.src = source;
    await image.decode();
    const [width, height] = [Math.min(image.naturalWidth, most), Math.min(image.naturalHeight, most)];
    const canvas = element('canvas', { width, height });
    canvas.getContext('2d').drawImage(image, (width - image.naturalWidth) >> 1, (height - image.naturalHeight) >> 1);
    return { picture: imageOf(canvas), cut: width < image.naturalWidth || height < image.naturalHeight };
  }

  const dataUrl = (file) =>
    new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(new Error(`${file.name} cannot be read`));
      reader.readAsDataURL(file);
    });

  const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

  for (const section of document.querySelectorAll('[data-student]')) {
    const { script, images, pairs } = JSON.parse(document.getElementById(section.dataset.student).textContent);
    const controls = section.querySelector('.student-controls');
    const status = section.querySelector('.student-status');
    const result = section.querySelector('.student-result');
    const labelled = (text, control) => element('label', {}, element('span', { textContent: text }), control);
    const options = (entries) => entries.map(([value, textContent]) => element('option', { value, textContent }));
    const pair = element('select', { className: 'student-pair' }, ...options(pairs.map(({ label }, i) => [String(i), label])));
    const benchmark = element('select', { className: 'student-image' }, ...options([['', 'choose …']]));
    const file = element('input', { type: 'file', accept: 'image/*' });
    const role = element(
      'select',
      { className: 'student-role' },
      ...options([
        ['hr', 'ground truth: shrink it first, then score'],
        ['lr', 'low resolution: enlarge it as it is'],
      ]),
    );
    controls.append(labelled('Benchmark image', benchmark), labelled('or your own', file), labelled('taken as', role));
    if (pairs.length > 1) controls.append(labelled('networks', pair));
    controls.hidden = false;
    status.textContent = 'No image yet.';

    let current = null;
    let turn = 0;

    async function run() {
      if (!current) return;
      const mine = ++turn;
      const { scale, networks } = pairs[Number(pair.value) || 0];
      try {
        status.textContent = 'Loading the networks …';
        const library = await student(script);
        const known = role.value === 'hr';
        const { picture, cut } = await pictureOf(current.source, known ? LARGEST_SIDE : Math.floor(LARGEST_SIDE / scale));
        const { hr, lr } = known ? library.shrink(picture, scale) : { hr: null, lr: picture };
        const started = performance.now();
        const outputs = [['Bicubic', library.bicubic(lr, scale)]];
        for (const network of networks) {
          status.textContent = `${network.label} …`;
          await breathe();
          outputs.push([network.label, await library.enlarge(library.load(network), lr)]);
          if (mine !== turn) return;
        }
        const seconds = (performance.now() - started) / 1000;
        show(library, scale, lr, hr, outputs);
        const { width, height } = outputs[0][1].image;
        status.textContent = `${current.name}${cut ? ', its middle' : ''}: ${width}×${height} pixels by ${networks.length === 1 ? 'a network' : `${networks.length} networks`} in ${seconds.toFixed(2)} s.`;
      } catch (error) {
        status.textContent = `That did not work: ${error.message}`;
      }
    }

    function show(library, scale, lr, hr, outputs) {
      const named = [['LR', repeated(lr, scale)], ...outputs.map(([label, { image }]) => [label, canvasOf(image)])];
      if (hr) named.push(['HR, ground truth', canvasOf(hr)]);
      const scored = new Map(hr ? outputs.map(([label, output]) => [label, library.scores(output, hr, scale)]) : []);
      const tiles = named.map(([label, canvas]) => {
        const score = scored.get(label);
        const picture = element('canvas', { width: canvas.width, height: canvas.height });
        picture.getContext('2d').drawImage(canvas, 0, 0);
        picture.setAttribute('role', 'img');
        picture.setAttribute('aria-label', label);
        const caption = element('figcaption', { textContent: label });
        if (score)
          caption.append(
            element('br', {}),
            element('span', { className: 'muted', textContent: `${score.psnr.toFixed(2)} dB, SSIM ${score.ssim.toFixed(4)}` }),
          );
        return element('figure', {}, picture, caption);
      });
      const viewer = element('div', { className: 'viewer' });
      result.replaceChildren(element('div', { className: 'crops' }, ...tiles), viewer);
      // The student alone beside the distilled one; where there is only the former, beside bicubic.
      window.DistilleryViewer(viewer, named, outputs[outputs.length - 2][0], outputs[outputs.length - 1][0]);
    }

    function take(name, source) {
      current = { name, source };
      return run();
    }

    // The list of benchmark images is fetched when a reader reaches for it.
    const fill = async () => {
      if (benchmark.length > 1) return;
      try {
        await load(images);
        benchmark.append(...options(window.DistilleryImages.map(({ name }, i) => [String(i), name])));
      } catch {
        benchmark.disabled = true;
      }
    };
    for (const name of ['pointerenter', 'focusin', 'touchstart']) section.addEventListener(name, fill, { once: true, passive: true });
    benchmark.addEventListener('change', () => {
      const image = window.DistilleryImages[Number(benchmark.value)];
      file.value = '';
      if (benchmark.value !== '' && image) void take(image.name, image.src);
    });
    const takeFile = async (given) => {
      if (!given) return;
      if (!given.type.startsWith('image/')) status.textContent = `${given.name} is no image that this browser can show.`;
      else {
        benchmark.value = '';
        void take(given.name, await dataUrl(given));
      }
    };
    file.addEventListener('change', () => takeFile(file.files[0]));
    for (const control of [role, pair]) control.addEventListener('change', run);
    section.addEventListener('dragover', (event) => event.preventDefault());
    section.addEventListener('drop', (event) => {
      event.preventDefault();
      void takeFile(event.dataTransfer.files[0]);
    });
  }
})();
