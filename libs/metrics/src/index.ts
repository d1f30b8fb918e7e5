export { loadLpips, lpips, type LpipsName, type LpipsNetwork } from './lpips';
export {
  borderPixels,
  comparedLuma,
  comparedPlanes,
  comparesLuma,
  PROTOCOLS,
  withBorder,
  type BorderRule,
  type Protocol,
  type ProtocolName,
} from './protocol';
export { psnr, psnrOfPlanes } from './psnr';
export { meanScore, score, scoreLuma, scoreOfPlanes, type Score } from './score';
export { ssim } from './ssim';
