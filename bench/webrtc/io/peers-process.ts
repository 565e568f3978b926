import { errorText } from '#domain/errors';
import { WebRtcPeer } from '#callers/peer/io/webrtc-peer';
import type { FromPeers, ToPeers } from './protocol.ts';

/** The callers of the WebRTC bench, a process of its own: each speaks a loop all the time and counts what it hears. */
interface Speaker {
  readonly peer: WebRtcPeer;
  /** Index of the next payload of the loop. */
  at: number;
  dueMs: number;
  up: boolean;
}

const speakers: Speaker[] = [];
let payloads: readonly Buffer[] = [];
let timer: NodeJS.Timeout | undefined;

async function start(message: Extract<ToPeers, { kind: 'start' }>): Promise<void> {
  payloads = message.payloads.map((text) => Buffer.from(text, 'base64'));
  for (let i = 0; i < message.warmUps; i++) await warmUp(message);
  const failures: string[] = [];
  const dialled: Promise<void>[] = [];
  turn();
  for (let i = 0; i < message.peers; i++) {
    dialled.push(dial(message, i).catch((error: unknown) => void failures.push(errorText(error))));
    await pause(message.dialEveryMs);
  }
  await Promise.all(dialled);
  report({ kind: 'up', times: speakers.map(({ peer }) => peer.times), failures });
}

/** The first calls of a process compile code and make certificates. */
async function warmUp({ baseUrl, codec }: Extract<ToPeers, { kind: 'start' }>): Promise<void> {
  const peer = await WebRtcPeer.dial({ baseUrl, persona: 'bot', codec, bindAddress: '127.0.0.1' });
  await firstPacketOf(peer);
  await peer.hangUp();
}

async function dial({ baseUrl, codec, lossRatio, peers }: Extract<ToPeers, { kind: 'start' }>, index: number): Promise<void> {
  const speaker: { current: Speaker | undefined } = { current: undefined };
  const peer = await WebRtcPeer.dial(
    { baseUrl, persona: 'bot', codec, lossRatio, seed: index + 1, bindAddress: '127.0.0.1' },
    {
      closed: () => {
        if (speaker.current) speaker.current.up = false;
      },
    },
  );
  // Not all callers speak at once, nor in the same millisecond.
  speaker.current = { peer, at: Math.floor((index * payloads.length) / peers), dueMs: performance.now() + (index % PTIME_MS), up: true };
  speakers.push(speaker.current);
  await firstPacketOf(peer);
}

async function firstPacketOf(peer: WebRtcPeer): Promise<void> {
  const untilMs = performance.now() + COME_UP_WITHIN_MS;
  while (peer.times.firstRtpMs === undefined) {
    if (performance.now() > untilMs)
      throw new Error(peer.times.connectedMs === undefined ? 'ICE and DTLS did not come through' : 'connected, but no packet came');
    await pause(2);
  }
}

function turn(): void {
  const now = performance.now();
  for (const speaker of speakers) {
    for (; speaker.dueMs <= now; speaker.dueMs += PTIME_MS) {
      speaker.peer.sendFrame(payloads[speaker.at]);
      speaker.at = (speaker.at + 1) % payloads.length;
    }
  }
  timer = setTimeout(turn, 1);
}

/** Nobody speaks any more, what is under way arrives, then all hang up. */
async function stop(): Promise<void> {
  clearTimeout(timer);
  await pause(300);
  const up = speakers.filter((speaker) => speaker.up).length;
  const counts = speakers.map(({ peer }) => peer.counts);
  await Promise.all(speakers.map(({ peer }) => peer.hangUp()));
  report({ kind: 'stopped', up, counts });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function report(message: FromPeers): void {
  process.send?.(message);
}

function failed(error: unknown): void {
  process.stderr.write(`the peers of the WebRTC bench: ${errorText(error)}\n`);
  process.exit(1);
}

const PTIME_MS = 20;
const COME_UP_WITHIN_MS = 10_000;

process.on('message', (message: ToPeers) => {
  if (message.kind === 'start') start(message).catch(failed);
  else if (message.kind === 'stop') stop().catch(failed);
  else process.exit(0);
});
process.on('disconnect', () => process.exit(0));
report({ kind: 'ready' });
