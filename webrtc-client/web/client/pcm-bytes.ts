/** PCM16 little endian, as it goes over the socket, to samples; half a sample at the end is dropped. */
export function samplesOf(bytes: ArrayBuffer): Int16Array<ArrayBuffer> {
  const view = new DataView(bytes);
  const samples = new Int16Array(bytes.byteLength >> 1);
  for (let index = 0; index < samples.length; index += 1) samples[index] = view.getInt16(index * 2, true);
  return samples;
}

export function bytesOf(samples: Int16Array): ArrayBuffer {
  const bytes = new ArrayBuffer(samples.length * 2);
  const view = new DataView(bytes);
  for (const [index, sample] of samples.entries()) view.setInt16(index * 2, sample, true);
  return bytes;
}
