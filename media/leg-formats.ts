import { COMFORT_NOISE_PAYLOAD_TYPE } from './codec/catalogue.ts';
import type { G711Law } from './codec/g711.ts';
import type { InboundFormat } from './inbound.ts';
import type { LegSpec, ReceivedFormat } from './leg-spec.ts';

/** What the packets of a telephone leg may carry, by payload type. */
export function inboundFormat(spec: LegSpec): InboundFormat {
  const formats = [...receivedFormats(spec).values()];
  const carrying = (matches: (encoding: ReceivedFormat['encoding']) => boolean): readonly number[] =>
    formats.filter(({ encoding }) => matches(encoding)).map(({ payloadType }) => payloadType);
  return {
    audioPayloadTypes: carrying((encoding) => encoding === 'PCMU' || encoding === 'PCMA'),
    telephoneEventPayloadTypes: carrying((encoding) => encoding === 'telephone-event'),
    comfortNoisePayloadTypes: carrying((encoding) => encoding === 'CN'),
  };
}

export function lawsByPayloadType(spec: LegSpec): ReadonlyMap<number, G711Law> {
  const laws = new Map<number, G711Law>();
  for (const { payloadType, encoding } of receivedFormats(spec).values()) {
    if (encoding === 'PCMU' || encoding === 'PCMA') laws.set(payloadType, encoding);
  }
  return laws;
}

/** What signalling said may come counts first; what we send may come back by the same number; noise by its static type is always understood. */
function receivedFormats(spec: LegSpec): ReadonlyMap<number, ReceivedFormat> {
  const formats = new Map<number, ReceivedFormat>();
  const add = (payloadType: number | undefined, encoding: ReceivedFormat['encoding']): void => {
    if (payloadType !== undefined && !formats.has(payloadType)) formats.set(payloadType, { payloadType, encoding });
  };
  for (const { payloadType, encoding } of spec.receives ?? []) add(payloadType, encoding);
  add(spec.payloadType, spec.codec);
  add(spec.telephoneEventPayloadType, 'telephone-event');
  add(spec.comfortNoisePayloadType ?? COMFORT_NOISE_PAYLOAD_TYPE, 'CN');
  return formats;
}
