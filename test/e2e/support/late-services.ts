import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freeTcpPort, type AppAddress } from './app-under-test.ts';

export type ServiceAddresses = Pick<AppAddress, 'sttUrl' | 'ttsUrl' | 'llmUrl'>;

/** The speech services of another app under addresses at which nobody listens yet. */
export interface LateServices extends ServiceAddresses {
  /** From now on they do. */
  arrive(): Promise<void>;
  close(): void;
}

export async function lateServices(real: ServiceAddresses): Promise<LateServices> {
  const [stt, tts, llm] = await Promise.all([late(real.sttUrl), late(real.ttsUrl), late(real.llmUrl)]);
  const all = [stt, tts, llm];
  return {
    sttUrl: stt.url,
    ttsUrl: tts.url,
    llmUrl: llm.url,
    arrive: async () => {
      await Promise.all(all.map((one) => one.open()));
    },
    close: () => {
      for (const one of all) one.close();
    },
  };
}

async function late(url: string): Promise<{ url: string; open(): Promise<void>; close(): void }> {
  const { hostname, port } = new URL(url);
  const ownPort = await freeTcpPort();
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => (sockets.delete(one), other.destroy()));
      one.pipe(other);
    }
  });
  return {
    url: url.replace(`:${port}`, `:${ownPort}`),
    open: async () => {
      server.listen(ownPort, '127.0.0.1');
      await once(server, 'listening');
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
