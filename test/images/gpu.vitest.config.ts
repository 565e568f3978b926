import { imagesConfig } from './support/config.ts';

/** The images for a GPU: several gigabytes, so only when asked for. */
export default imagesConfig('images-gpu', 'gpu');
