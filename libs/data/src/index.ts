export { findDataDir, listDatasets, type DatasetListing } from './data-dir';
export type { Dataset, DatasetItem } from './dataset';
export { writeFileAtomic } from './files';
export { crop, cropToMultiple, toRgb, type Image } from './image';
export { decodeImage, encodePng, readImage, writeImage } from './image-file';
export { imageToTensor, tensorToImage } from './image-tensor';
export { KNOWN_DATASETS, type KnownDataset, type KnownDatasetName } from './known-datasets';
export { datasetNames, openDataset, type OpenOptions } from './open-dataset';
export { BORDERS, makeLr, resizeBicubic, type Border, type Size } from './resize';
