import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT_DIR } from './app-under-test.ts';

export interface Shop {
  /** As a browser sees it. */
  readonly origin: string;
  close(): Promise<void>;
}

/** The example of a site that embeds the bot, `webrtc-client/examples`, served by its own server. */
export async function openShop(options: { readonly port: number; readonly parleyUrl: string; readonly apiToken?: string }): Promise<Shop> {
  const { PARLEY_API_TOKEN: _, ...env } = process.env;
  const server = spawn(process.execPath, [join(ROOT_DIR, 'webrtc-client', 'examples', 'server.mjs')], {
    env: {
      ...env,
      PORT: String(options.port),
      PARLEY_SERVER: options.parleyUrl,
      ...(options.apiToken === undefined ? {} : { PARLEY_API_TOKEN: options.apiToken }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit');
  const [line] = (await Promise.race([once(server.stdout, 'data'), exited.then(() => ['it ended'])])) as [Buffer | string];
  const origin = /http:\/\/localhost:\d+/.exec(String(line))?.[0];
  if (origin === undefined) throw new Error(`the example site did not open: ${String(line)}`);
  return {
    origin,
    close: async () => {
      server.kill();
      await exited;
    },
  };
}
