import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { ConvGeometry } from '../../kernels/conv2d-geometry';
import type { OwnKernel } from '../../kernels/register';
import type { Binding, OperationAttribute, TensorflowBackend } from './binding';

/** What TensorFlow's operation of a kernel's name is called with. */
interface Call {
  readonly inputs: readonly Tensor[];
  readonly attributes: readonly OperationAttribute[];
}

/** The kernel `kernelName` as TensorFlow's operation of that name. `I` and `A` are the inputs and attributes with which tfjs-core calls it. */
export function tensorflowKernel<I extends object, A extends object>(
  kernelName: string,
  call: (inputs: I, attrs: A, binding: Binding) => Call,
): OwnKernel {
  return {
    kernelName,
    create:
      () =>
      ({ inputs, attrs, backend }) =>
        tidy(() => {
          const tensorflow = backend as TensorflowBackend;
          // What runKernel hands a kernel are the tensors themselves, declared as mere descriptions of tensors.
          const { inputs: given, attributes } = call(inputs as unknown as I, attrs as unknown as A, tensorflow.binding);
          return tensorflow.executeSingleOutput(kernelName, attributes, given);
        }),
  };
}

/** What convolutions and poolings have in common: strides and padding, by its name or in numbers. */
export function windowAttributes({ strideHeight, strideWidth, padInfo }: ConvGeometry, binding: Binding): OperationAttribute[] {
  const { type, top, bottom, left, right } = padInfo;
  const isNamed = type === 'SAME' || type === 'VALID';
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'strides', type: binding.TF_ATTR_INT, value: [1, strideHeight, strideWidth, 1] },
    { name: 'padding', type: binding.TF_ATTR_STRING, value: isNamed ? type : 'EXPLICIT' },
    ...(isNamed ? [] : [{ name: 'explicit_paddings', type: binding.TF_ATTR_INT, value: [0, 0, top, bottom, left, right, 0, 0] }]),
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
  ];
}
