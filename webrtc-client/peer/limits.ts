/** The data channel that the page opens, and the longest message on it. */
export { CHANNEL_LABEL, MAX_MESSAGE_BYTES } from '../signalling.ts';
