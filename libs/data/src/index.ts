export { bicubicUpsampleTensor } from './bicubic-tensor';
export { centreCrops } from './centre-crops';
export { luma, lumaOf } from './colour';
export { DEGRADATIONS, type Degradation, type DegradationName, type FloatImage } from './degradations';
export { findDataDir, listDatasets, type DatasetListing } from './data-dir';
export { describeDataset, type Dataset, type DatasetItem, type LrOrigin } from './dataset';
export { fetchDataset, type Fetched, type FetchOptions } from './fetch/fetch-dataset';
export { DATA_MANIFEST, parseManifest, type FetchEntry } from './fetch/manifest';
export type { FetchFunction } from './fetch/request';
export { fileError, isFileError, makeFolder, readTail, requireFile, requireWritable, writeFileAtomic } from './files';
export { foreignFile, isZip } from './foreign-file';
export { imagesIn, isFolder, othersIn } from './image-folder';
export { emptyLike, peak, quantised, type Values } from './depth';
export { crop, cropToMultiple, toEightBit, toRgb, type Image, type Size } from './image';
export { decodeImage, IMAGE_EXTENSIONS, IMAGE_FORMATS, readImage, readPicture } from './image-file';
export { imageToTensor, tensorToImage } from './image-tensor';
export { KNOWN_DATASETS, type KnownDataset, type KnownDatasetName } from './known-datasets';
export { withLock, type HeldLock, type LockOptions } from './lock/file-lock';
export { lookAtLock, type LockLook } from './lock/look-at-lock';
export { datasetNames, openDataset, requireDataset, type OpenOptions } from './open-dataset';
export {
  degradePatches,
  loadLr,
  loadPairs,
  patchSampler,
  type PatchBatch,
  type PatchConfig,
  type PatchSampler,
  type TrainingPair,
} from './patches';
export { describeChanges, firstOf, type ChangedImages, type ImageChange, type Picture } from './picture';
export { BORDERS, makeLr, resizeBicubic, resizeBicubicPlane, type Border, type Plane } from './resize';
export { isShrunk, SHRUNK_DATASETS, type ShrunkDatasetName } from './shrunk-datasets';
export { verifyData, type DatasetCheck } from './verify';
export { encodePng, isLossless, requireWrittenName, writeImage, writePicture } from './write-image';
