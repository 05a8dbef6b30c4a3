/** Convolutions with fewer multiplications. */
export {
  type ConvolutionSite,
  rewriteWinograd,
  type TransformedKernel,
  type WinogradChoice,
  type WinogradGraph,
} from './rewrite.js';
