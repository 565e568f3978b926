import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { header, parseSip, uriOf, writeSdp, writeSip } from '#callers/sip-text';

export interface LoadResult {
  readonly attempted: number;
  readonly failed: number;
  /** INVITE to 200. */
  readonly setupMs: readonly number[];
  readonly retransmissions: number;
  /** Failures by what went wrong, such as `503` or `no answer`. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  readonly ratePerS: number;
  readonly seconds: number;
  readonly holdMs: number;
  readonly onSecond: (attempted: number, answered: number, failed: number) => void;
}

interface Attempt {
  readonly index: number;
  readonly startedAtMs: number;
  state: 'inviting' | 'up' | 'ending' | 'done';
  invite: string;
  bye: string;
  nextSendMs: number;
  backoffMs: number;
  remoteTo: string;
  remoteTarget: string;
}

const T1_MS = 500;
const GIVE_UP_MS = 8000;
const TICK_MS = 5;

/** Calls at a steady rate from one socket, each held for a while and ended with BYE; RFC 3261 timers, nothing else. */
export async function callAtRate(options: LoadOptions): Promise<LoadResult> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const localPort = socket.address().port;
  const run = `${process.pid.toString(36)}-${Math.trunc(performance.now())}`;
  const live = new Map<string, Attempt>();
  const setupMs: number[] = [];
  const failures: Record<string, number> = {};
  let attempted = 0;
  let failed = 0;
  let retransmissions = 0;
  const target = `sip:bench@${options.host}:${options.port}`;
  const send = (text: string) => socket.send(text, options.port, options.host, () => {});
  const idOf = (index: number) => `${run}-${index}`;
  const headers = (attempt: Attempt, method: string, cseq: number, to: string): [string, string][] => [
    ['Via', `SIP/2.0/UDP 127.0.0.1:${localPort};branch=z9hG4bK${idOf(attempt.index)}-${cseq}${method};rport`],
    ['Max-Forwards', '70'],
    ['From', `<sip:load@127.0.0.1>;tag=${idOf(attempt.index)}`],
    ['To', to],
    ['Call-ID', idOf(attempt.index)],
    ['CSeq', `${cseq} ${method}`],
    ['Contact', `<sip:load@127.0.0.1:${localPort}>`],
  ];
  const fail = (attempt: Attempt, why: string) => {
    failed++;
    failures[why] = (failures[why] ?? 0) + 1;
    attempt.state = 'done';
    live.delete(idOf(attempt.index));
  };
  const ackOf = (attempt: Attempt) => writeSip(`ACK ${attempt.remoteTarget} SIP/2.0`, headers(attempt, 'ACK', 1, attempt.remoteTo));

  socket.on('message', (bytes) => {
    const message = parseSip(bytes.toString('latin1'));
    const attempt = message && live.get(header(message, 'call-id'));
    if (!message || !attempt || message.status === undefined) return;
    const method = header(message, 'cseq').split(' ')[1];
    if (method === 'INVITE') {
      if (message.status < 200) {
        attempt.nextSendMs = Infinity;
        return;
      }
      attempt.remoteTo = header(message, 'to');
      attempt.remoteTarget = uriOf(header(message, 'contact')) || target;
      if (message.status >= 300) {
        send(
          writeSip(
            `ACK ${target} SIP/2.0`,
            headers(attempt, 'ACK', 1, attempt.remoteTo).map(
              ([name, value]) => [name, name === 'Via' ? value.replace('1ACK', '1INVITE') : value] as const,
            ),
          ),
        );
        if (attempt.state === 'inviting') fail(attempt, String(message.status));
        return;
      }
      send(ackOf(attempt));
      if (attempt.state !== 'inviting') return;
      setupMs.push(performance.now() - attempt.startedAtMs);
      attempt.state = 'up';
      attempt.nextSendMs = performance.now() + options.holdMs;
    } else if (method === 'BYE' && message.status >= 200 && attempt.state === 'ending') {
      if (message.status < 300) {
        attempt.state = 'done';
        live.delete(idOf(attempt.index));
      } else fail(attempt, `BYE ${message.status}`);
    }
  });
  socket.on('error', () => {});

  const startMs = performance.now();
  const endMs = startMs + options.seconds * 1000;
  let nextReportMs = startMs + 1000;
  for (;;) {
    const now = performance.now();
    while (now < endMs && attempted < Math.floor(((now - startMs) / 1000) * options.ratePerS) + 1) {
      const attempt: Attempt = {
        index: attempted++,
        startedAtMs: performance.now(),
        state: 'inviting',
        invite: '',
        bye: '',
        nextSendMs: now + T1_MS,
        backoffMs: T1_MS,
        remoteTo: `<${target}>`,
        remoteTarget: target,
      };
      const body = writeSdp({ address: '127.0.0.1', port: 9, payloadTypes: [0], version: 1 }); // the discard port: what is echoed goes nowhere
      attempt.invite = writeSip(
        `INVITE ${target} SIP/2.0`,
        [...headers(attempt, 'INVITE', 1, `<${target}>`), ['Content-Type', 'application/sdp']],
        body,
      );
      live.set(idOf(attempt.index), attempt);
      send(attempt.invite);
    }
    for (const attempt of live.values()) step(attempt, now);
    if (now >= nextReportMs) {
      options.onSecond(attempted, setupMs.length, failed);
      nextReportMs += 1000;
    }
    if (now >= endMs && (live.size === 0 || now > endMs + GIVE_UP_MS + options.holdMs)) break;
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  for (const attempt of live.values()) fail(attempt, 'never ended');
  socket.close();
  return { attempted, failed, setupMs, retransmissions, failures };

  function step(attempt: Attempt, now: number): void {
    if (attempt.state === 'inviting' && now - attempt.startedAtMs > GIVE_UP_MS) return fail(attempt, 'no answer');
    if (now < attempt.nextSendMs) return;
    if (attempt.state === 'up') {
      attempt.bye = writeSip(`BYE ${attempt.remoteTarget} SIP/2.0`, headers(attempt, 'BYE', 2, attempt.remoteTo));
      attempt.state = 'ending';
      attempt.backoffMs = T1_MS;
      send(attempt.bye);
    } else {
      retransmissions++;
      attempt.backoffMs *= 2;
      if (attempt.backoffMs > 8000) return fail(attempt, 'BYE not answered');
      send(attempt.state === 'inviting' ? attempt.invite : attempt.bye);
    }
    attempt.nextSendMs = now + attempt.backoffMs;
  }
}
