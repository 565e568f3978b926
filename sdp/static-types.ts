import type { Encoding } from './encoding.ts';

/**
 * Payload types of audio that need no rtpmap: RFC 3551 table 4. What these numbers mean, not what is spoken here. G.722 has a
 * clock of 8000 by an error that was kept (section 4.5.2).
 */
export const STATIC_ENCODINGS: ReadonlyMap<number, Encoding> = new Map([
  [0, { name: 'pcmu', clockHz: 8000, channels: 1 }],
  [3, { name: 'gsm', clockHz: 8000, channels: 1 }],
  [4, { name: 'g723', clockHz: 8000, channels: 1 }],
  [5, { name: 'dvi4', clockHz: 8000, channels: 1 }],
  [6, { name: 'dvi4', clockHz: 16000, channels: 1 }],
  [7, { name: 'lpc', clockHz: 8000, channels: 1 }],
  [8, { name: 'pcma', clockHz: 8000, channels: 1 }],
  [9, { name: 'g722', clockHz: 8000, channels: 1 }],
  [10, { name: 'l16', clockHz: 44100, channels: 2 }],
  [11, { name: 'l16', clockHz: 44100, channels: 1 }],
  [12, { name: 'qcelp', clockHz: 8000, channels: 1 }],
  [13, { name: 'cn', clockHz: 8000, channels: 1 }],
  [14, { name: 'mpa', clockHz: 90000, channels: 1 }],
  [15, { name: 'g728', clockHz: 8000, channels: 1 }],
  [16, { name: 'dvi4', clockHz: 11025, channels: 1 }],
  [17, { name: 'dvi4', clockHz: 22050, channels: 1 }],
  [18, { name: 'g729', clockHz: 8000, channels: 1 }],
]);
