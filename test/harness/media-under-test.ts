// The one place of the harness that knows what the media of a telephone leg are called and how they are made.
import type { LegMediaCommand, LegMediaEvent, LegMediaStats } from '#domain/leg-media';
import type { Ms } from '#domain/units';
import { LatchedPath, mediaOptions, RtpLeg, type LegChange, type LegSpec } from '#media';

export type SpeechScorer = NonNullable<ConstructorParameters<typeof RtpLeg>[2]['scorer']>;
export type ScoreRequester = Parameters<SpeechScorer['score']>[0];

/** What the harness drives: the media of one telephone leg, as a media thread runs them. */
export interface MediaUnderTest {
  readonly dueMs: Ms;
  tick(nowMs: Ms, wallMs: number): void;
  packet(nowMs: Ms, wallMs: number, bytes: Uint8Array, address: string, port: number): void;
  command(nowMs: Ms, command: LegMediaCommand): void;
  update(nowMs: Ms, change: LegChange): void;
  close(nowMs: Ms, wallMs: number): LegMediaStats;
  stats(): LegMediaStats;
}

export interface MediaSetup {
  readonly nowMs: Ms;
  readonly spec?: Partial<LegSpec>;
  readonly options?: object;
  readonly scorer: SpeechScorer;
  readonly onPacket: (packet: Uint8Array) => void;
  readonly onEvent: (event: LegMediaEvent) => void;
}

export function openMedia({ nowMs, spec, options, scorer, onPacket, onEvent }: MediaSetup): MediaUnderTest {
  const agreed = { ...SPEC, ...spec };
  const parsed = mediaOptions.parse(options ?? {});
  const path = new LatchedPath(nowMs, parsed.latch, agreed, { sendRtp: onPacket, sendRtcp: () => undefined });
  return new RtpLeg(nowMs, agreed, { options: parsed, identity: IDENTITY, path, scorer, emit: onEvent });
}

export const CALLER = { address: '192.0.2.9', port: 4000 } as const;
export const EVENT_PAYLOAD_TYPE = 101;
const SPEC: LegSpec = {
  legId: 'leg-1',
  codec: 'PCMU',
  payloadType: 0,
  ptimeMs: 20,
  telephoneEventPayloadType: EVENT_PAYLOAD_TYPE,
  remote: CALLER,
  signallingAddress: CALLER.address,
  direction: 'sendrecv',
};
/** Near the ends of their ranges, so that every call wraps. */
const IDENTITY = { ssrc: 5, sequence: 65_530, timestamp: 0xffff_ff00, cname: 'parley' };
