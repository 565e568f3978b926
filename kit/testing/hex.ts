/** Bytes of hexadecimal digits; whatever stands between them is left out. */
export function hexToBytes(hex: string): Uint8Array {
  const digits = hex.replaceAll(/[^0-9a-fA-F]/g, '');
  return Uint8Array.from({ length: digits.length >> 1 }, (_, index) => Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16));
}
