import { randomUUID } from 'node:crypto';
import { createMediaPool, mediaOptions } from '#media';
import type { CallIntake, CallLeg } from '#domain/call-leg';
import { endReasonLabel } from '#domain/end-reason';
import type { LegMediaEvent } from '#domain/leg-media';
import { ms } from '#domain/units';
import { startSipGateway, sipOptions } from '#sip-gateway';
import { startEmbeddedSipServer } from '#sip-gateway/embedded';
import { FieldPhone } from './field-phone.ts';

/** What one answered call was told. */
export interface HeardCall {
  readonly sipCallId: string;
  readonly fromUser: string;
  readonly events: LegMediaEvent[];
  /** The bot hangs up. */
  hangUp(): Promise<void>;
  ended?: string;
}

/** SIP server, gateway and media as they are in the app, on free ports of loopback; what the conversation would hear is written down. */
export interface FieldStack {
  readonly calls: readonly HeardCall[];
  /** Causes of calls that rang and were never answered. */
  readonly abandoned: readonly string[];
  /** Errors in the log; there should be none. */
  readonly errors: readonly string[];
  readonly port: number;
  readonly activeCalls: () => number;
  /** The SIP server's clock jumps ahead, so that its long timers can be seen. */
  skipServerMs(skipMs: number): void;
  phone(): Promise<FieldPhone>;
  heard(phone: FieldPhone): HeardCall;
  close(): Promise<void>;
}

const SECRET = 'a secret that is long enough';

export async function startFieldStack(): Promise<FieldStack> {
  const errors: string[] = [];
  let skippedMs = 0;
  const nowMs = () => ms(performance.timeOrigin + performance.now());
  const clock = { nowMs, wallMs: () => Date.now() };
  const note = (fields: object, message: string) => void errors.push(`${message} ${JSON.stringify(fields)}`);
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: note };
  const media = await createMediaPool(mediaOptions.parse({ bindAddress: '127.0.0.1', ports: { first: 0 }, vad: { mode: 'energy' } }), {
    workerUrl: new URL('../../../app/media-worker.ts', import.meta.url),
    clock,
    modelPaths: {},
    log,
  });
  const server = await startEmbeddedSipServer(
    { listeners: [{ transport: 'udp', address: '127.0.0.1', port: 0 }], secret: SECRET, controlPort: 0 },
    {
      clock: { nowMs: () => ms(nowMs() + skippedMs), wallMs: clock.wallMs },
      randomId: randomUUID,
      log: (level, message, fields) => void (level === 'error' && note(fields, message)),
    },
  );
  const calls: HeardCall[] = [];
  const abandoned: string[] = [];
  const gateway = await startSipGateway(sipOptions.parse({ bindAddress: '127.0.0.1', ringMs: 0 }), {
    media,
    clock,
    log,
    randomId: randomUUID,
    onRefused: () => undefined,
    limits: { calls: 20 },
    intake: recordingIntake(calls, abandoned),
    control: { host: server.controlAddress, port: server.controlPort, secret: SECRET },
  });
  const port = server.boundListeners[0]?.port ?? 0;
  const phones: FieldPhone[] = [];
  return {
    calls,
    abandoned,
    errors,
    port,
    activeCalls: () => gateway.activeCalls(),
    skipServerMs: (skipMs) => {
      skippedMs += skipMs;
    },
    phone: async () => {
      const phone = await FieldPhone.open(port);
      phones.push(phone);
      return phone;
    },
    heard: (phone) => {
      const call = calls.find(({ sipCallId }) => sipCallId === factOf(phone.callId));
      if (call === undefined) throw new Error(`no call ${phone.callId} was answered`);
      return call;
    },
    close: async () => {
      await gateway.close();
      await server.close();
      await media.close();
      for (const phone of phones) phone.close();
    },
  };
}

/** What the facts of a call keep of its Call-ID. */
export function factOf(callId: string): string {
  return callId.slice(0, 256);
}

function recordingIntake(calls: HeardCall[], abandoned: string[]): CallIntake {
  return {
    admit: () => ({ kind: 'accept' }),
    ringing: () => undefined,
    answered: (leg: CallLeg) => {
      const heard: HeardCall = {
        sipCallId: leg.facts.signallingId,
        fromUser: leg.facts.fromUser,
        events: [],
        hangUp: () => leg.end({ by: 'bot', code: 'goodbye' }),
      };
      calls.push(heard);
      leg.media.onEvent((event) => heard.events.push(event));
      void leg.ended.then(({ reason }) => (heard.ended = endReasonLabel(reason)));
    },
    established: () => undefined,
    abandoned: (_facts, reason) => void abandoned.push(endReasonLabel(reason)),
  };
}
