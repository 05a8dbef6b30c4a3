/** Convolutions with fewer multiplications. */

export type { ConvolutionSite, TransformedKernel, WinogradChoice } from './choices.js';
export { kernelTransformGraph } from './convolution.js';
export { chooseFrugally, chooseWinograd, directFlops, directSeconds, winogradSeconds } from './cost.js';
export { rewriteWinograd, type WinogradGraph, withWinograd } from './rewrite.js';
export type { Table } from './rows.js';
