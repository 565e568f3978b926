/**
 * G.711 for the synthetic caller, written apart from `media/` on purpose: a fault in the one is not hidden by the
 * same fault in the other. Straight from the ITU-T G.711 segment rules, by table.
 */
export type Law = 'pcmu' | 'pcma';

export interface LawTables {
  /** Code to linear, signed 16-bit. */
  readonly toLinear: Int16Array;
  /** Linear + 32768 to code. */
  readonly toCode: Uint8Array;
  /** What an idle line sends. */
  readonly silence: number;
}

export function lawTables(law: Law): LawTables {
  return law === 'pcmu' ? MU : A;
}

export function encodeLaw(law: Law, pcm: Int16Array): Uint8Array {
  const { toCode } = lawTables(law);
  const out = new Uint8Array(pcm.length);
  for (let i = 0; i < pcm.length; i++) out[i] = toCode[(pcm[i] as number) + 32768] as number;
  return out;
}

export function decodeLaw(law: Law, codes: Uint8Array): Int16Array {
  const { toLinear } = lawTables(law);
  const out = new Int16Array(codes.length);
  for (let i = 0; i < codes.length; i++) out[i] = toLinear[codes[i] as number] as number;
  return out;
}

function muLinear(code: number): number {
  const inverted = ~code & 0xff;
  const magnitude = (((inverted & 0x0f) << 3) + 0x84) << ((inverted >> 4) & 7);
  return inverted & 0x80 ? 0x84 - magnitude : magnitude - 0x84;
}

function aLinear(code: number): number {
  const toggled = code ^ 0x55;
  const segment = (toggled >> 4) & 7;
  const base = ((toggled & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? base : (base + 0x100) << (segment - 1);
  return toggled & 0x80 ? magnitude : -magnitude;
}

/** Encoding is the nearest of the 256 levels: exact by construction, whatever the direction of rounding. */
function tables(linearOf: (code: number) => number, silence: number): LawTables {
  const toLinear = Int16Array.from({ length: 256 }, (_, code) => linearOf(code));
  const levels = [...toLinear].map((value, code) => ({ value, code })).sort((a, b) => a.value - b.value);
  const toCode = new Uint8Array(65536);
  let nearest = 0;
  for (let linear = -32768; linear <= 32767; linear++) {
    while (nearest < 255 && Math.abs(at(levels, nearest + 1).value - linear) <= Math.abs(at(levels, nearest).value - linear)) nearest++;
    toCode[linear + 32768] = at(levels, nearest).code;
  }
  return { toLinear, toCode, silence };
}

function at<T>(list: readonly T[], index: number): T {
  return list[index] as T;
}

const MU = tables(muLinear, 0xff);
const A = tables(aLinear, 0xd5);
