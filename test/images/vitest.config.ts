import { imagesConfig } from './support/config.ts';

/** The images of compose.yml, built and run; without what needs a GPU's libraries. */
export default imagesConfig('images', 'cpu');
