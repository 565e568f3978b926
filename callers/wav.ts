/** Mono audio, signed 16-bit. */
export interface Sound {
  readonly sampleRateHz: number;
  readonly pcm: Int16Array;
}

/** Reads PCM16 and G.711 WAV bytes; several channels become one, the first. `name` is for the error's text. */
export function parseWav(bytes: Uint8Array, name: string): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (offset: number) => String.fromCharCode(...bytes.subarray(offset, offset + 4));
  if (bytes.length < 44 || tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new Error(`${name} is not a WAV file`);
  let format: { code: number; channels: number; rateHz: number; bits: number } | undefined;
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const size = view.getUint32(offset + 4, true);
    const body = offset + 8;
    if (tag(offset) === 'fmt ' && body + 16 <= bytes.length) {
      format = {
        code: view.getUint16(body, true),
        channels: view.getUint16(body + 2, true),
        rateHz: view.getUint32(body + 4, true),
        bits: view.getUint16(body + 14, true),
      };
    }
    if (tag(offset) === 'data') {
      const extensible = format?.code === 0xfffe;
      if (!format || format.bits !== 16 || (format.code !== 1 && !extensible) || format.channels < 1)
        throw new Error(`${name}: only 16-bit PCM is read`);
      const end = Math.min(bytes.length, body + size);
      const count = Math.floor((end - body) / (2 * format.channels));
      const pcm = new Int16Array(count);
      for (let i = 0; i < count; i++) pcm[i] = view.getInt16(body + i * 2 * format.channels, true);
      return { sampleRateHz: format.rateHz, pcm };
    }
    offset = body + size + (size & 1);
  }
  throw new Error(`${name} holds no audio`);
}

/** PCM16 WAV bytes; channels of different length are padded with silence. */
export function formatWav(sampleRateHz: number, ...channels: readonly Int16Array[]): Uint8Array {
  const length = Math.max(0, ...channels.map((c) => c.length));
  const dataBytes = length * channels.length * 2;
  const bytes = new Uint8Array(44 + dataBytes);
  const view = new DataView(bytes.buffer);
  const text = (offset: number, value: string) => {
    for (let i = 0; i < value.length; i++) bytes[offset + i] = value.charCodeAt(i);
  };
  text(0, 'RIFF');
  view.setUint32(4, 36 + dataBytes, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * channels.length * 2, true);
  view.setUint16(32, channels.length * 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, dataBytes, true);
  let offset = 44;
  for (let i = 0; i < length; i++) {
    for (const channel of channels) {
      view.setInt16(offset, channel[i] ?? 0, true);
      offset += 2;
    }
  }
  return bytes;
}

/** Windowed-sinc resampling of a whole sound; for preparing files, not for a live stream. */
export function resample(sound: Sound, toHz: number): Int16Array {
  const { pcm, sampleRateHz: fromHz } = sound;
  if (fromHz === toHz) return pcm;
  const step = fromHz / toHz;
  const cutoff = Math.min(1, toHz / fromHz) * 0.94; // of the lower Nyquist frequency: room for the slope
  const half = Math.ceil(16 / cutoff);
  const out = new Int16Array(Math.floor(pcm.length / step));
  for (let i = 0; i < out.length; i++) {
    const centre = i * step;
    let sum = 0;
    for (let k = Math.max(0, Math.ceil(centre - half)); k <= Math.min(pcm.length - 1, Math.floor(centre + half)); k++) {
      const t = centre - k;
      const x = Math.PI * t * cutoff;
      const sinc = t === 0 ? cutoff : (Math.sin(x) / x) * cutoff;
      sum += (pcm[k] as number) * sinc * (0.5 + 0.5 * Math.cos((Math.PI * t) / half));
    }
    out[i] = Math.max(-32768, Math.min(32767, Math.round(sum)));
  }
  return out;
}
