/** Every network. Those that are architectures are found here by what they are: to export one is to have it listed, tested, built and exported. */
export * from './carn';
export * from './edsr';
export * from './fsrcnn';
export * from './idn';
export * from './imdn';
export * from './pan';
export * from './pisr-autoencoder';
export * from './rcan';
export * from './rrdbnet';
export * from './san';
export * from './sectioned-edsr';
export * from './shallow-edsr';
export * from './soft-label-generator';
export * from './srkd-networks';
export * from './srvgg';
export * from './superior-lr';
export * from './vdsr';
