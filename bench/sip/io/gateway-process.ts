import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallIntake } from '#domain/call-leg';
import { ms } from '#domain/units';
import { createMediaPool } from '#media';
import { mediaOptions } from '#media/options';
import { sipOptions, startSipGateway } from '#sip-gateway';
import { startEmbeddedSipServer } from '#sip-gateway/embedded';

/** What this process tells the bench. */
export type GatewayReport =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'memory'; readonly rssBytes: number; readonly activeCalls: number };

/** The whole gateway, embedded server and media worker included, in a process of its own: every call is answered and echoed. */
const clock = { nowMs: () => ms(Number(process.hrtime.bigint() / 1000n) / 1000), wallMs: () => Date.now() };
const quiet = () => {};
const complain = (fields: object, message: string) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
const log = { debug: quiet, info: quiet, warn: quiet, error: complain };

const media = await createMediaPool(
  mediaOptions.parse({ bindAddress: '127.0.0.1', ports: { first: 0, last: 65535, drainMs: 0 }, vad: { mode: 'off' } }),
  {
    workerUrl: new URL('../../../app/media-worker.ts', import.meta.url),
    clock,
    modelPaths: { sileroVad: join(tmpdir(), 'not-used-with-vad-off.onnx') },
    log,
  },
);
const secret = randomBytes(32).toString('base64url');
const server = await startEmbeddedSipServer(
  { listeners: [{ transport: 'udp', address: '127.0.0.1', port: 0 }], secret },
  {
    clock,
    randomId: randomUUID,
    log: (level, message, fields) => {
      if (level === 'error') complain(fields ?? {}, message);
    },
  },
);
const echo: CallIntake = {
  admit: () => ({ kind: 'accept' }),
  ringing: quiet,
  answered: (leg) => leg.media.send({ kind: 'set-echo', on: true }),
  established: () => undefined,
  abandoned: quiet,
};
const gateway = await startSipGateway(sipOptions.parse({ bindAddress: '127.0.0.1' }), {
  media,
  intake: echo,
  clock,
  randomId: randomUUID,
  log,
  onRefused: quiet,
  limits: { calls: 100_000 },
  control: { host: server.controlAddress, port: server.controlPort, secret },
});

const tell = (report: GatewayReport) => process.send?.(report);
process.on('message', (message: { kind: 'memory' | 'stop' }) => {
  if (message.kind === 'memory') {
    globalThis.gc?.();
    tell({ kind: 'memory', rssBytes: process.memoryUsage.rss(), activeCalls: gateway.activeCalls() });
    return;
  }
  void gateway
    .close()
    .then(() => server.close())
    .then(() => media.close())
    .finally(() => process.exit(0));
});
process.on('disconnect', () => process.exit(0));
tell({ kind: 'ready', port: server.boundListeners[0]?.port ?? 0 });
