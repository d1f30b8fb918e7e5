import type { Model } from '@distillery/models';
import { valueAndGrads, type Params } from '@distillery/tensor';
import { sum, square, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { showFigure } from '../display/show-figure';

/**
 * Shows where in a network each term of a loss pulls: the Euclidean norm of its gradient in the parameters of each layer, from input to output, as a line per term; in the legend the norm over
 * all layers. A layer holds the parameters whose names differ in their last part alone (`body.0.weight`, `body.0.bias`). What a term does not reach has no point.
 */
export function showGradients(model: Model, params: Params, terms: Readonly<Record<string, (p: Params) => Scalar>>, title: string): void {
  const names = Object.keys(model.shapes);
  const layers = [...new Set(names.map(layerOf))];
  const data = Object.entries(terms).map(([term, loss]) => {
    const squares = squaredNorms(params, loss);
    const within = (layer: string): number => total(names.filter((name) => layerOf(name) === layer).map((name) => squares[name] ?? 0));
    const y = layers.map((layer) => Math.sqrt(within(layer)) || null);
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name: `${term}: ${Number(Math.sqrt(total(Object.values(squares))).toPrecision(2))}`,
      x: layers,
      y,
    };
  });
  showFigure({
    data,
    layout: {
      title: { text: title },
      xaxis: { type: 'category', automargin: true },
      yaxis: { type: 'log', title: { text: 'norm of the gradient' }, exponentformat: 'power' },
    },
  });
}

function squaredNorms(params: Params, loss: (p: Params) => Scalar): Record<string, number> {
  return tidy(() => {
    const { grads } = valueAndGrads((p) => ({ loss: loss(p), aux: {} }), params);
    const squared = (gradient: Tensor): number => sum(square(gradient)).dataSync()[0] as number;
    return Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [name, squared(gradient)]));
  });
}

function layerOf(name: string): string {
  return name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : name;
}

function total(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
