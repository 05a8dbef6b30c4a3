/** Convolutions with fewer multiplications. */
export { kernelTransformGraph } from './convolution.js';
export { chooseFrugally, chooseWinograd, directFlops, directSeconds, winogradSeconds } from './cost.js';
export {
  type ConvolutionSite,
  rewriteWinograd,
  type TransformedKernel,
  type WinogradChoice,
  type WinogradGraph,
} from './rewrite.js';
export type { Table } from './rows.js';
