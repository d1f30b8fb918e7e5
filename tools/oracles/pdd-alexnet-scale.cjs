'use strict';
// node tools/oracles/pdd-alexnet-scale.cjs DATA: by how much VGG19's features are larger than AlexNet's, layer for layer: the mean absolute difference of
// bicubic x4 and HR in the one over that in the other. Prints the factors that libs/papers/src/pdd/features.ts has.
const path = require('node:path');
const tf = require('@tensorflow/tfjs-core');

const library = (name) => require(path.join(__dirname, '..', '..', 'libs', name));
const { bicubicUpsampleTensor, crop, imageToTensor, makeLr, openDataset, toRgb } = library('data');
const { alexNetFeatures, loadAlexNet, loadVgg19, vgg19Features } = library('models');
const { useEngine } = library('tensor');

const LAYERS = { conv1: 'conv1_2', conv2: 'conv2_2', conv3: 'conv3_4', conv4: 'conv4_4', conv5: 'conv5_4' };
/** VGG19's input deviates 255 x 0.226 times as much as that of the paper's. */
const VGG19_SCALE = 1 / (255 * 0.226);
const [SIDE, SCALE] = [48, 4];

async function main() {
  const data = process.argv[2];
  if (!data) throw new Error('expected the data folder');
  await useEngine('wasm');
  const [alexnet, vgg19] = [loadAlexNet(data), loadVgg19(data)];
  const sums = Object.fromEntries(Object.keys(LAYERS).map((layer) => [layer, { vgg19: 0, alexnet: 0 }]));
  let patches = 0;
  for (const item of (await openDataset('T91', data)).items) {
    const squares = squaresOf(toRgb(await item.hr()));
    patches += squares.length;
    tf.tidy(() => {
      const hr = tf.concat(squares.map((square) => imageToTensor(square)));
      const lr = tf.concat(squares.map((square) => imageToTensor(makeLr(square, SCALE))));
      const both = tf.concat([hr, bicubicUpsampleTensor(lr, SCALE)]);
      const [ours, theirs] = [
        alexNetFeatures(alexnet, both, Object.keys(LAYERS)),
        vgg19Features(vgg19, both, Object.values(LAYERS), 'caffe'),
      ];
      for (const [layer, vggLayer] of Object.entries(LAYERS)) {
        sums[layer].alexnet += squares.length * difference(ours[layer]);
        sums[layer].vgg19 += squares.length * VGG19_SCALE * difference(theirs[vggLayer]);
      }
    });
  }
  console.log(`${patches} patches`);
  for (const [layer, { vgg19: large, alexnet: small }] of Object.entries(sums)) console.log(`${layer}: ${(large / small).toPrecision(3)}`);
}

/** Squares side by side, at most six of an image. */
function squaresOf(image) {
  const squares = [];
  for (let y = 0; y + SIDE <= image.height; y += SIDE) {
    for (let x = 0; x + SIDE <= image.width; x += SIDE) squares.push(crop(image, x, y, SIDE, SIDE));
  }
  return squares.slice(0, 6);
}

/** The mean absolute difference of the two halves of a batch. */
function difference(features) {
  const [hr, bicubic] = tf.split(features, 2, 0);
  return tf.mean(tf.abs(tf.sub(hr, bicubic))).dataSync()[0];
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
