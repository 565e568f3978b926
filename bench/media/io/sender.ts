import { createSocket, type Socket } from 'node:dgram';
import { STAMP_AT_BYTE, type FromSender, type ToSender } from './measure.ts';

/** The callers of the media bench, a process of its own: paced G.711 to many legs, and what comes back is counted. */
const SOCKETS = 16;
const FRAME = 160;
const PACKET = 172;
const PTIME_MS = 20;

interface Caller {
  readonly socket: Socket;
  readonly port: number;
  readonly ssrc: number;
  sequence: number;
  frame: number;
  dueMs: number;
}

const sockets = await Promise.all(Array.from({ length: SOCKETS }, openSocket));
const heard = new Map<number, { first: number; highest: number; count: number }>();
let callers: Caller[] = [];
let payload = new Uint8Array(FRAME);
let sent = 0;
/** One packet in so many is enough to know how late they are. */
const LATENESS_OF_EVERY = 8;
const lateMs: number[] = [];
let startedAtMs = 0;
let cpuAtStart = process.cpuUsage();
let running = false;
let timer: NodeJS.Timeout | undefined;

function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

async function openSocket(): Promise<Socket> {
  const lookup = (host: string, _family: unknown, callback: (error: Error | null, address: string, family: number) => void) =>
    callback(null, host, 4);
  const socket = createSocket({ type: 'udp4', lookup: lookup as never, recvBufferSize: 4 << 20 });
  await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.1', () => resolve()));
  socket.on('message', (bytes) => count(bytes));
  socket.on('error', () => undefined);
  return socket;
}

function count(bytes: Buffer): void {
  if (bytes.length < 12 || (bytes[1]! >= 192 && bytes[1]! <= 223)) return;
  const sequence = bytes.readUInt16BE(2);
  const ssrc = bytes.readUInt32BE(8);
  const stream = heard.get(ssrc);
  if (stream === undefined) {
    heard.set(ssrc, { first: sequence, highest: sequence, count: 1 });
    return;
  }
  const ahead = ((sequence - stream.highest) << 16) >> 16;
  if (ahead > 0) stream.highest += ahead;
  stream.count += 1;
}

function start(ports: readonly number[], loop: readonly number[]): void {
  payload = Uint8Array.from(loop);
  heard.clear();
  sent = lateMs.length = 0;
  startedAtMs = nowMs();
  cpuAtStart = process.cpuUsage();
  const startMs = startedAtMs + 20;
  callers = ports.map((port, i) => ({
    socket: sockets[i % SOCKETS]!,
    port,
    ssrc: i + 1,
    sequence: (i * 977) & 0xffff,
    // Not all callers speak at once.
    frame: Math.floor((i * payload.length) / FRAME / ports.length),
    dueMs: startMs + (i * PTIME_MS) / ports.length,
  }));
  running = true;
  turn();
}

function turn(): void {
  if (!running) return;
  const now = nowMs();
  for (const caller of callers) {
    while (caller.dueMs <= now) {
      if (sent % LATENESS_OF_EVERY === 0) lateMs.push(now - caller.dueMs);
      sendFrame(caller);
      caller.dueMs += PTIME_MS;
    }
  }
  timer = setTimeout(turn, 1);
}

function sendFrame(caller: Caller): void {
  const packet = Buffer.allocUnsafe(PACKET);
  packet[0] = 0x80;
  packet[1] = 0;
  packet.writeUInt16BE(caller.sequence, 2);
  packet.writeUInt32BE((caller.frame * FRAME) >>> 0, 4);
  packet.writeUInt32BE(caller.ssrc, 8);
  const at = (caller.frame * FRAME) % payload.length;
  packet.set(payload.subarray(at, at + FRAME), 12);
  packet.writeDoubleBE(nowMs(), STAMP_AT_BYTE);
  caller.sequence = (caller.sequence + 1) & 0xffff;
  caller.frame += 1;
  sent += 1;
  caller.socket.send(packet, caller.port, '127.0.0.1');
}

/** What is under way arrives before it is counted. */
async function stop(): Promise<void> {
  running = false;
  clearTimeout(timer);
  const cpu = process.cpuUsage(cpuAtStart);
  const core = (cpu.user + cpu.system) / (1000 * (nowMs() - startedAtMs));
  await new Promise((resolve) => setTimeout(resolve, 200));
  let received = 0;
  let lost = 0;
  for (const { first, highest, count: got } of heard.values()) {
    received += got;
    lost += Math.max(0, highest - first + 1 - got);
  }
  report({ kind: 'stopped', sent, received, lost, lateMs, core });
}

function report(message: FromSender): void {
  process.send!(message);
}

process.on('message', (message: ToSender) => {
  if (message.kind === 'start') start(message.ports, message.payload);
  else if (message.kind === 'stop') void stop();
  else process.exit(0);
});
process.on('disconnect', () => process.exit(0));
report({ kind: 'ready', ports: sockets.map((socket) => socket.address().port) });
