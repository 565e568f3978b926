import { CODECS, type AudioCodec } from '../codec/codecs.ts';
import { COMFORT_NOISE_PAYLOAD_TYPE } from '../codec/comfort-noise.ts';
import type { InboundFormat } from '../inbound.ts';
import type { AgreedAudio, ReceivedFormat } from '../leg-spec.ts';

/** What the packets of a leg may carry, by payload type. */
export function inboundFormat(agreed: AgreedAudio): InboundFormat {
  const formats = receivedFormats(agreed);
  const carrying = (wanted: ReceivedFormat['encoding']): readonly number[] =>
    [...formats].filter(([, encoding]) => encoding === wanted).map(([payloadType]) => payloadType);
  return {
    codec: agreed.codec,
    codecs: new Map([...formats].filter((format): format is [number, AudioCodec] => format[1] in CODECS)),
    telephoneEventPayloadTypes: carrying('telephone-event'),
    ...(agreed.telephoneEventClockHz !== undefined && { telephoneEventClockHz: agreed.telephoneEventClockHz }),
    comfortNoisePayloadTypes: carrying('CN'),
  };
}

/** What signalling said may come counts first; what we send may come back by the same number; noise by its static type is understood beside any codec that it goes with. */
function receivedFormats(agreed: AgreedAudio): ReadonlyMap<number, ReceivedFormat['encoding']> {
  const formats = new Map<number, ReceivedFormat['encoding']>();
  const add = (payloadType: number | undefined, encoding: ReceivedFormat['encoding']): void => {
    if (payloadType !== undefined && !formats.has(payloadType)) formats.set(payloadType, encoding);
  };
  for (const { payloadType, encoding } of agreed.receives ?? []) add(payloadType, encoding);
  add(agreed.payloadType, agreed.codec);
  add(agreed.telephoneEventPayloadType, 'telephone-event');
  if (CODECS[agreed.codec].hasComfortNoise) add(agreed.comfortNoisePayloadType ?? COMFORT_NOISE_PAYLOAD_TYPE, 'CN');
  return formats;
}
