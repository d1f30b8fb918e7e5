export { loadLpips, lpips, type LpipsName, type LpipsNetwork } from './lpips';
export { borderPixels, comparesLuma, PROTOCOLS, withBorder, type BorderRule, type Protocol, type ProtocolName } from './protocol';
export { psnr } from './psnr';
export { meanScore, score, scoreLuma, type Score } from './score';
export { ssim } from './ssim';
